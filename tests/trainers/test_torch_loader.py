r"""PyTorch's own loader, which asks samplers for iterators that it does not
use, and loads ahead."""

from typing import Any

import pytest
from torch.utils.data import (BatchSampler, DataLoader, DistributedSampler,
                              SequentialSampler)

from pyg_batchsampler import (KNNBatchSampler, ProximityBatchSampler,
                              UniformBatchSampler)
from tests.helpers import raises
from tests.trainers.helpers import (ANOTHER_SAMPLER, DATA, LEN, WORKERS, B,
                                    Counted, N, X, counted, epochs_of,
                                    expected, passes)


def loader_of(sampler: Any, num_workers: int, persistent: bool) -> Any:
    return DataLoader(DATA, batch_sampler=sampler,
                      num_workers=num_workers, persistent_workers=persistent)


@pytest.mark.parametrize('workers', WORKERS)
def test_one_plan_per_epoch(workers: Any) -> None:
    sampler = counted()
    batches = passes(loader_of(sampler, *workers), 3)
    assert Counted.epochs == [0, 1, 2]
    assert batches == epochs_of(sampler, 0, 1, 2)
    sampler = ProximityBatchSampler(X, B)
    assert passes(loader_of(sampler, *workers), 3) == expected(3)


@pytest.mark.parametrize('workers', WORKERS)
@pytest.mark.parametrize('position', [2, LEN])
def test_goes_on_within_an_epoch(workers: Any, position: int) -> None:
    sampler = ProximityBatchSampler(X, B)
    iterator = iter(sampler)
    for _ in range(position):
        next(iterator)
    state = sampler.state_dict()
    sampler = ProximityBatchSampler(X, B)
    sampler.load_state_dict(state)
    batches = sum(passes(loader_of(sampler, *workers), 2), [])
    assert batches == sum(expected(3), [])[position:][:len(batches)]
    assert len(batches) == LEN + (LEN - position or LEN)


@pytest.mark.parametrize('workers', WORKERS)
def test_epochs_told(workers: Any) -> None:
    sampler = ProximityBatchSampler(X, B)
    loader = loader_of(sampler, *workers)
    for epoch in [1, 0, 2, 2]:
        sampler.set_epoch(epoch)
        assert passes(loader, 1) == expected(3)[epoch:epoch + 1]


def test_an_iterator_alone_does_nothing() -> None:
    sampler = ProximityBatchSampler(X, B)
    state = sampler.state_dict()
    iterators = [iter(sampler) for _ in range(3)]
    assert str(sampler.state_dict()) == str(state)
    sampler.set_epoch(0)
    next(iterators[0])
    assert sampler.state_dict()['position'] == 1
    assert list(iterators[2]) == expected(2)[1]


def test_an_update_counts_until_the_first_mini_batch() -> None:
    sampler = ProximityBatchSampler(-X.flip(0) ** 3, B)
    iterator = iter(sampler)
    sampler.update(X)
    first = next(iterator)
    sampler.update(-X.flip(0) ** 3)
    assert [first, *iterator] == expected(1)[0]


@pytest.mark.parametrize('num_early', [1, 3, LEN - 1])
def test_an_epoch_told_late_is_not_repeated(num_early: int) -> None:
    # Lightning asks for an iterator before it tells the epoch, and workers
    # load ahead.
    sampler = ProximityBatchSampler(X, B)
    iterator = iter(sampler)
    early = [next(iterator) for _ in range(num_early)]
    sampler.set_epoch(0)
    assert [[*early, *iterator], list(sampler)] == expected(2)


@pytest.mark.parametrize('theirs', [
    DistributedSampler(DATA, num_replicas=2, rank=0),
    SequentialSampler(range(N)),
    BatchSampler(SequentialSampler(range(N)), B, False),
    UniformBatchSampler(N, B)], ids=lambda theirs: type(theirs).__name__)
@pytest.mark.parametrize('cls', [KNNBatchSampler, ProximityBatchSampler,
                                 UniformBatchSampler])
def test_samplers_of_samplers_are_refused(cls: Any, theirs: Any) -> None:
    message = ANOTHER_SAMPLER.format(type(theirs).__name__)
    with raises(TypeError, message):
        cls(theirs, batch_size=B)
    with raises(TypeError, message):  # as Lightning does
        cls(theirs, batch_size=B, drop_last=False)
