import pytest

from pyg_batchsampler.training import TrainingConfig, make_model
from tests.helpers import untouched_random_state
from tests.training.small import flat, small_digits


@pytest.mark.parametrize('model', ['graph_cl', 'mvgrl'])
def test_weights_are_a_function_of_the_seed(model: str) -> None:
    config = TrainingConfig(model=model, hidden_channels=8)
    with untouched_random_state():
        first, same, other = (flat(make_model(small_digits(), config, seed))
                              for seed in [0, 0, 1])
    assert first.equal(same) and not first.equal(other)
