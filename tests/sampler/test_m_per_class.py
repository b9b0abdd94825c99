from typing import Any, Type

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, HardMPerClass, MPerClass,
                              Request, StrategyBatchSampler, report_batches)
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import (flatten, make_generator, raises,
                           untouched_random_state)

BOTH = pytest.mark.parametrize('cls', [MPerClass, HardMPerClass])
Class = Type[MPerClass]


def embedding(n: int) -> Tensor:
    return torch.randn(n, 5, generator=make_generator())


@BOTH
@given(n=st.integers(1, 60), num_classes=st.integers(1, 20),
       batch_size=st.integers(1, 20), m=st.integers(1, 6),
       drop_last=st.booleans())
@settings(max_examples=60, deadline=None)
def test_laws(cls: Class, n: int, num_classes: int, batch_size: int, m: int,
              drop_last: bool) -> None:
    if drop_last and batch_size > n:
        return
    label = torch.randint(num_classes, (n, ), generator=make_generator())
    with untouched_random_state():
        one, same = (StrategyBatchSampler(embedding(n), batch_size,
                                          cls(label, m), drop_last=drop_last)
                     for _ in range(2))
        for _ in range(2):
            batches = list(one)
            assert batches == list(same)
            seen = flatten(batches)
            assert len({*seen}) == len(seen)
            if drop_last:
                assert len(seen) == n // batch_size * batch_size
            else:
                assert sorted(seen) == list(range(n))


@BOTH
def test_m_of_each_class(cls: Class) -> None:
    label = torch.arange(240) % 20  # 12 of each
    sampler = StrategyBatchSampler(embedding(240), 16, cls(label, 4))
    for _ in range(2):
        count = [label[batch].unique(return_counts=True)[1].tolist()
                 for batch in sampler]
        # The last groups may be of few classes.
        assert all(each == [4, 4, 4, 4] for each in count[:-4])
    assert list(sampler) != list(sampler)


@BOTH
def test_unknown_classes_are_by_themselves(cls: Class) -> None:
    label = torch.cat([torch.arange(24) % 6, torch.full((8, ), -1)])
    x = embedding(32)
    x[24:] = 9.0  # they would be the nearest of each other
    groups = cls(label, 4)._groups(Request(
        UnitRows(x), 32, torch.arange(32), 8, 4, 0, 0, make_generator(), {}))
    assert sorted(map(len, groups)) == 8 * [1] + 6 * [4]
    assert sorted(flatten(StrategyBatchSampler(x, 8, cls(label)))) == list(
        range(32))


def test_classes_that_are_hard_to_tell_apart_meet() -> None:
    generator = make_generator()
    label = torch.arange(800) % 100
    centre = torch.randn(25, 16, generator=generator).repeat_interleave(4, 0)
    centre = centre + 0.3 * torch.randn(100, 16, generator=generator)
    x = centre[label] + 0.1 * torch.randn(800, 16, generator=generator)
    top = [report_batches(list(StrategyBatchSampler(x, 32, cls(label, 4))),
                          x)['similarity'].mean
           for cls in (MPerClass, HardMPerClass)]
    assert top[1] > top[0] + 0.2
    mild = HardMPerClass(label, 4, num_candidates=10)
    between = report_batches(list(StrategyBatchSampler(x, 32, mild)), x)
    assert top[0] < between['similarity'].mean < top[1]


@BOTH
@pytest.mark.parametrize('num_workers', [0, 2])
def test_in_a_loader_and_resumed(cls: Class, num_workers: int) -> None:
    label = torch.arange(48) % 6
    x = embedding(48)

    def make() -> BatchSamplerLoader:
        return BatchSamplerLoader(x, 8, batch_sampler=cls(label, 4),
                                  embedding=x, num_workers=num_workers)

    loader = make()
    expected = [batch.tolist() for _ in range(2) for batch in loader]
    loader, seen = make(), []
    for batch in loader:
        seen.append(batch.tolist())
        if len(seen) == 4:
            state = loader.state_dict()
            break
    resumed = make()
    resumed.load_state_dict(state)
    while len(seen) < len(expected):
        seen += [batch.tolist() for batch in resumed]
    assert seen == expected


@BOTH
def test_other_labels_are_another_sampler(cls: Class) -> None:
    label = torch.arange(24) % 6
    state = StrategyBatchSampler(embedding(24), 8, cls(label)).state_dict()
    with pytest.raises(ValueError, match="its 'label' is"):
        StrategyBatchSampler(embedding(24), 8, cls(label.flip(0))
                             ).load_state_dict(state)


@BOTH
@pytest.mark.parametrize('label,message', [
    (torch.ones(4), '[4] of torch.float32'), ([1, 2], 'list')])
def test_bad_labels(cls: Class, label: Any, message: str) -> None:
    with raises(ValueError, "'label' must hold one class per instance, "
                f'integers of the shape [N] (got {message})'):
        cls(label)
    with raises(ValueError, "'label' must hold one class per instance, 10 "
                            '(got 3)'):
        StrategyBatchSampler(10, 5, cls(torch.arange(3)))
    with raises(ValueError, "'num_per_class' must be at least 1 (got 0)"):
        cls(torch.arange(3), 0)
