r"""Lightning's Fabric, as docs/tutorials/trainers.rst has it."""

from typing import Any

import lightning
import pytest
from torch.utils.data import DataLoader

from pyg_batchsampler import BatchSamplerLoader, ProximityBatchSampler
from tests.trainers.helpers import DATA, B, X, expected, passes

pytestmark = pytest.mark.filterwarnings('ignore')  # theirs


def set_up(loader: Any) -> Any:
    fabric = lightning.Fabric(accelerator='cpu', devices=1)
    return fabric.setup_dataloaders(loader, use_distributed_sampler=False)


@pytest.mark.parametrize('num_workers', [0, 2])
def test_wraps_samplers_and_loaders(num_workers: int) -> None:
    loader: Any
    for loader in [
            DataLoader(DATA, num_workers=num_workers,
                       batch_sampler=ProximityBatchSampler(X, B)),
            BatchSamplerLoader(DATA, B, embedding=X,
                               num_workers=num_workers)]:
        wrapped = set_up(loader)
        assert len(wrapped) == len(loader)
        assert passes(wrapped, 3) == expected(3)


def test_the_original_records() -> None:
    loader: Any = BatchSamplerLoader(DATA, B)
    wrapped, is_hard = set_up(loader), []
    for _ in range(2):
        for batch in wrapped:
            assert batch.equal(loader.input_id)
            loader.update(X[batch], loader.input_id)
        is_hard.append(loader.is_hard)
    assert is_hard == [False, True]


def test_goes_on_if_the_original_is_iterated() -> None:
    loader = BatchSamplerLoader(DATA, B, embedding=X)
    assert passes(loader, 1) == expected(1)
    next(iter(loader))
    state = loader.state_dict()
    loader = BatchSamplerLoader(DATA, B, embedding=X)
    loader.load_state_dict(state)
    assert passes(loader, 2) == [expected(2)[1][1:], expected(3)[2]]
    # Its wrapper counts epochs from 0, wherever the run stands.
    loader = BatchSamplerLoader(DATA, B, embedding=X)
    loader.load_state_dict(state)
    assert passes(set_up(loader), 1) == expected(1)
