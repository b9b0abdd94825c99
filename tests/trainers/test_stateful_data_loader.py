r"""torchdata's StatefulDataLoader."""

import copy
from typing import Any, Dict, List, Tuple

import pytest
from torchdata.stateful_dataloader import StatefulDataLoader

from pyg_batchsampler import ProximityBatchSampler
from tests.trainers.helpers import (DATA, LEN, B, Counted, X, counted,
                                    expected, passes)

WHOLE = sum(expected(4), [])
pytestmark = pytest.mark.filterwarnings('ignore')  # theirs


def make_loader(num_workers: int) -> Any:
    return StatefulDataLoader(
        DATA, batch_sampler=ProximityBatchSampler(X, B),
        num_workers=num_workers)


def run(loader: Any, num_batches: int) -> Tuple[List[Any], List[Any]]:
    r"""Mini-batches, and the states before and after each."""
    out: List[List[int]] = []
    states: List[Dict[str, Any]] = [copy.deepcopy(loader.state_dict())]
    while len(out) < num_batches:
        for batch in loader:
            out.append(batch.tolist())
            states.append(copy.deepcopy(loader.state_dict()))
    return out, states


@pytest.mark.parametrize('num_workers', [0, 1, 2])
def test_goes_on_from_everywhere(num_workers: int) -> None:
    out, states = run(make_loader(num_workers), 2 * LEN)
    assert out == WHOLE[:2 * LEN]
    for position, state in enumerate(states):
        loader = make_loader(num_workers)
        loader.load_state_dict(state)
        # Beyond the end of the epoch that was resumed.
        num_batches = LEN - position % LEN + 1
        assert run(loader, num_batches)[0][:num_batches] == (
            WHOLE[position:position + num_batches]), position


@pytest.mark.parametrize('num_workers', [0, 2])
def test_one_plan_per_epoch(num_workers: int) -> None:
    loader = StatefulDataLoader(DATA, batch_sampler=counted(),
                                num_workers=num_workers)
    passes(loader, 3)
    assert Counted.epochs == [0, 1, 2]
