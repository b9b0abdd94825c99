r"""accelerate, as docs/tutorials/trainers.rst has it."""

from pathlib import Path
from typing import Any, Callable, List

import pytest
from accelerate import Accelerator, skip_first_batches
from torch.utils.data import DataLoader

from pyg_batchsampler import BatchSamplerLoader, ProximityBatchSampler
from tests.helpers import raises
from tests.trainers.helpers import (DATA, LEN, TAKEN_APART, B, Counted, X,
                                    counted, epochs_of, expected, passes)

pytestmark = pytest.mark.filterwarnings('ignore')  # theirs


def prepared(sampler: Any, num_workers: int = 0) -> Any:
    return Accelerator(cpu=True).prepare(DataLoader(
        DATA, batch_sampler=sampler, num_workers=num_workers))


@pytest.mark.parametrize('num_workers', [0, 2])
def test_one_plan_per_epoch(num_workers: int) -> None:
    sampler = counted()
    batches = passes(prepared(sampler, num_workers), 3)
    assert Counted.epochs == [0, 1, 2]
    assert batches == epochs_of(sampler, 0, 1, 2)


@pytest.mark.parametrize('num_workers', [0, 2])
def test_goes_on_by_skipping(num_workers: int) -> None:
    loader = prepared(ProximityBatchSampler(X, B), num_workers)
    loader.set_epoch(1)
    assert passes(skip_first_batches(loader, 2), 1) == [expected(2)[1][2:]]
    loader.set_epoch(2)
    assert passes(loader, 1) == expected(3)[2:]


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('take_apart', [
    lambda loader: Accelerator(cpu=True).prepare(loader),
    lambda loader: skip_first_batches(loader, 1),
    lambda loader: DataLoader(loader.dataset,
                              batch_sampler=loader.batch_sampler)
], ids=['prepare', 'skip_first_batches', 'by_hand'])
def test_a_loader_taken_apart_says_so(
        take_apart: Callable[[Any], Any], num_workers: int) -> None:
    loader = BatchSamplerLoader(DATA, B, embedding=X,
                                num_workers=num_workers)
    theirs = take_apart(loader)
    with raises(RuntimeError, TAKEN_APART):
        list(theirs)
    assert passes(loader, 1) == expected(1)  # none was lost


def test_a_loader_is_registered_for_checkpoints(tmp_path: Path) -> None:
    def start() -> Any:
        accelerator = Accelerator(cpu=True)
        loader = BatchSamplerLoader(DATA, B)
        accelerator.register_for_checkpointing(loader)
        return accelerator, loader

    accelerator, loader = start()
    whole: List[List[int]] = []
    while len(whole) < 2 * LEN:
        for batch in loader:
            whole.append(batch.tolist())
            loader.update(X[batch], loader.input_id)
            if len(whole) == LEN + 2:
                accelerator.save_state(str(tmp_path))
    accelerator, loader = start()
    accelerator.load_state(str(tmp_path))
    assert passes(loader, 1) == [whole[LEN + 2:]]
    assert loader.is_hard
