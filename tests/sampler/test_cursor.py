r"""Where a run stands, whoever asks and whatever fails."""

from dataclasses import dataclass
from typing import Any, List

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from pyg_batchsampler import (BatchSamplerLoader, ProximityBatchSampler,
                              Request, Strategy, StrategyBatchSampler,
                              UniformBatchSampler)
from tests.helpers import make_generator

X = torch.randn(32, 3, generator=make_generator())


def epochs(num_epochs: int) -> List[List[List[int]]]:
    sampler = UniformBatchSampler(32, 8)
    return [list(sampler) for _ in range(num_epochs)]


@dataclass(frozen=True)
class Fails(Strategy):
    r"""Fails as often as told."""
    left: List[int]
    uses_embedding = False

    def order(self, request: Request) -> Tensor:
        if self.left:
            self.left.pop()
            raise OSError('out of luck')
        return request.remaining


def test_a_pass_that_fails_first_is_begun_again() -> None:
    sampler = StrategyBatchSampler(32, 8, Fails([1]))
    with pytest.raises(OSError, match='out of luck'):
        list(sampler)
    assert list(sampler) == epochs(1)[0]


def test_a_resume_that_fails_first_is_begun_again() -> None:
    class Items:
        fails = False

        def __len__(self) -> int:
            return 32

        def __getitem__(self, i: int) -> int:
            if self.fails:
                raise OSError('out of luck')
            return i

    items = Items()
    loader = BatchSamplerLoader(items, 8, batch_sampler='uniform')
    for _ in zip(range(2), loader):
        pass
    resumed = BatchSamplerLoader(items, 8, batch_sampler='uniform')
    resumed.load_state_dict(loader.state_dict())
    items.fails = True
    with pytest.raises(OSError, match='out of luck'):
        list(resumed)
    items.fails = False
    assert [batch.tolist() for batch in resumed] == epochs(1)[0][2:]


@pytest.mark.parametrize('num_workers', [0, 1, 2])
def test_an_epoch_told_after_the_iterator(num_workers: int) -> None:
    sampler = UniformBatchSampler(32, 8)
    loader: DataLoader[Any] = DataLoader(
        list(range(32)),  # type: ignore[arg-type]
        batch_sampler=sampler, num_workers=num_workers)
    found = []
    for epoch in range(3):
        iterator = iter(loader)
        if num_workers < 2 or epoch == 0:  # else all is asked for already
            sampler.set_epoch(epoch)
        found.append([batch.tolist() for batch in iterator])
    assert found == epochs(3)


def test_a_state_knows_the_pass_and_what_was_asked_for_meanwhile() -> None:
    sampler = UniformBatchSampler(32, 8)
    iterator = iter(sampler)
    next(iterator)
    sampler.set_epoch(2)
    state = sampler.state_dict()
    assert (state['epoch'], state['position'], state['next_epoch']) == (
        0, 1, 2)
    expected = epochs(4)
    resumed = UniformBatchSampler(32, 8)
    resumed.load_state_dict(state)
    for each in [sampler, resumed]:
        rest = list(iterator) if each is sampler else list(each)
        assert rest == expected[0][1:]
        assert [list(each), list(each)] == expected[2:]


def test_a_pass_that_was_broken_off_makes_way() -> None:
    sampler = UniformBatchSampler(32, 8)
    for _ in sampler:
        break
    sampler.set_epoch(0)
    state = sampler.state_dict()
    assert (state['epoch'], state['position']) == (0, 0)
    assert list(sampler) == epochs(1)[0]


def test_other_strategies_are_no_relatives() -> None:
    @dataclass(frozen=True)
    class Mine(type(ProximityBatchSampler(4, 2).strategy)):  # type: ignore
        pass

    assert Mine.name == ''
    state = ProximityBatchSampler(X, 8).state_dict()
    with pytest.raises(ValueError, match="its 'strategy' is 'proximity'"):
        StrategyBatchSampler(X, 8, Mine()).load_state_dict(state)


def test_the_plan_of_a_rest_needs_what_was_used() -> None:
    with pytest.raises(ValueError, match="^'used' must be given with "
                       "'position'"):
        UniformBatchSampler(32, 8).plan(0, 2)
