from typing import Any, List

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, PartSameLabel,
                              StrategyBatchSampler)
from tests.helpers import flatten, make_generator, raises


def shared(label: Tensor, batches: List[List[int]]) -> int:
    r"""Instances whose class another one of the mini-batch has, but one."""
    out = 0
    for batch in batches:
        known = [kind for kind in label[batch].tolist() if kind >= 0]
        out += len(known) - len({*known})
    return out


@given(n=st.integers(2, 60), num_classes=st.integers(1, 40),
       batch_size=st.integers(1, 20), seed=st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_laws(n: int, num_classes: int, batch_size: int, seed: int) -> None:
    label = torch.randint(-1, num_classes, (n, ),
                          generator=make_generator(seed))
    plain = StrategyBatchSampler(n, batch_size, 'uniform', seed=seed)
    parted, same = (StrategyBatchSampler(
        n, batch_size, 'uniform', seed=seed, repair=PartSameLabel(label))
        for _ in range(2))
    for _ in range(2):
        before, after = list(plain), list(parted)
        assert after == list(same)
        assert sorted(flatten(after)) == list(range(n))
        assert [*map(len, after)] == [*map(len, before)]
        assert shared(label, after) <= shared(label, before)
        assert parted.notes['num_not_parted'] >= (shared(label, after) > 0)


@pytest.mark.parametrize('strategy', ['uniform', 'proximity', 'knn'])
def test_classes_that_fit_are_parted(strategy: str) -> None:
    label = torch.arange(600) % 60  # 10 each, in 20 mini-batches
    x = torch.eye(60)[label] + 0.1 * torch.randn(
        600, 60, generator=make_generator())
    sampler = StrategyBatchSampler(x, 30, strategy,
                                   repair=PartSameLabel(label))
    for _ in range(3):
        assert shared(label, list(sampler)) == 0
        assert sampler.notes['num_not_parted'] == 0


def test_what_cannot_be_parted_is_told() -> None:
    label = torch.tensor(8 * [0] + list(range(1, 9)))
    sampler = StrategyBatchSampler(16, 4, 'uniform',
                                   repair=PartSameLabel(label))
    batches = list(sampler)
    # Eight of a class in four mini-batches: two each is the best.
    assert shared(label, batches) >= 4
    assert sampler.notes['num_not_parted'] >= 4


@pytest.mark.parametrize('seed', range(20))
def test_with_replacement(seed: int) -> None:
    label = torch.randint(-1, 6, (24, ), generator=make_generator(seed))
    sampler = StrategyBatchSampler(24, 8, 'uniform', replacement=True,
                                   seed=seed, repair=PartSameLabel(label))
    for batch in sampler:
        assert len({*batch}) == 8


def test_unknown_classes_stay() -> None:
    label = torch.full((40, ), -1)
    plain = StrategyBatchSampler(40, 8, 'uniform')
    sampler = StrategyBatchSampler(40, 8, 'uniform',
                                   repair=PartSameLabel(label))
    assert list(plain) == list(sampler)


@pytest.mark.parametrize('num_workers', [0, 2])
def test_in_a_loader(num_workers: int) -> None:
    label = torch.arange(40) % 10
    x = torch.eye(10)[label]
    loader = BatchSamplerLoader(x, 8, embedding=x, num_workers=num_workers,
                                repair=PartSameLabel(label))
    for batch in loader:
        assert len({*batch.argmax(dim=1).tolist()}) == len(batch)


@pytest.mark.parametrize('label,message', [
    (torch.ones(4), '[4] of torch.float32'),
    (torch.ones(4, 2).long(), '[4, 2] of torch.int64'), ([1, 2], 'list')])
def test_bad_labels(label: Any, message: str) -> None:
    with raises(ValueError, "'label' must hold one class per instance, "
                f'integers of the shape [N] (got {message})'):
        PartSameLabel(label)


def test_labels_of_another_data_set() -> None:
    with raises(ValueError, "'label' must hold one class per instance, 10 "
                            '(got 3)'):
        list(StrategyBatchSampler(10, 5, 'uniform',
                                  repair=PartSameLabel(torch.arange(3))))
