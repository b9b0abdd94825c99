r"""A run of seconds."""

from typing import Any

import torch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import TrainingConfig

SMALL = TrainingConfig(epochs=3, batch_size=50)
HARD = make_strategy('proximity', num_candidates=40, num_neighbors=4)


def small_digits() -> Any:
    return Digits()[:150]


def flat(model: torch.nn.Module) -> torch.Tensor:
    r"""All weights of a model."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])
