r"""Laws of all probes."""

from typing import Callable

import pytest
import torch

from pyg_batchsampler.evaluation import PROBES
from pyg_batchsampler.evaluation.probes import PROTOCOLS
from tests.helpers import make_generator, raises, untouched_random_state

every_probe = pytest.mark.parametrize('probe', PROBES.values(), ids=PROBES)


def test_names() -> None:
    assert list(PROBES) == sorted(PROBES) == list(PROTOCOLS)
    for name, probe in PROBES.items():
        assert probe.__name__ == f'{name}_probe'


@every_probe
def test_separable_and_random(probe: Callable[..., float]) -> None:
    label = torch.arange(120) % 3
    x = torch.randn(120, 6, generator=make_generator())
    with untouched_random_state():
        chance = probe(x, label, seed=0, num_folds=3)
        assert probe(x, label, seed=0, num_folds=3) == chance
    # Four standard deviations of a mean over 120 guesses.
    assert abs(chance - 1 / 3) < 4 * (1 / 3 * 2 / 3 / 120)**0.5
    x = x + 9 * torch.eye(3, 6)[label]
    assert probe(x, label, num_folds=3) == 1.0


@every_probe
def test_bad_values(probe: Callable[..., float]) -> None:
    x = torch.ones(4, 2)
    with raises(ValueError, "'label' must hold one class per instance, 4 "
                "(got [3])"):
        probe(x, torch.tensor([0, 1, 0]))
    with raises(ValueError, "'label' must hold at least two classes (got 1)"):
        probe(x, torch.ones(4))
    x[1] = float('inf')
    with raises(ValueError, "'embedding' holds non-finite values, first in "
                "row 1. Check what made it for overflow or empty graphs"):
        probe(x, torch.tensor([0, 1, 0, 1]))
