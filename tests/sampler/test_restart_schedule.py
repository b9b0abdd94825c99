import pickle

import pytest

from pyg_batchsampler import decay_restart_prob
from tests.helpers import raises


def test_decay() -> None:
    schedule = pickle.loads(pickle.dumps(decay_restart_prob(0.2, 0.02, 0.05)))
    assert [schedule(epoch) for epoch in [0, 1, 8, 100]] == pytest.approx(
        [0.2, 0.18, 0.05, 0.05])


def test_bad_values() -> None:
    with raises(ValueError, "'start' must lie in [0, 1) (got 1.5)"):
        decay_restart_prob(1.5)
