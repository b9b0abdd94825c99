r"""Exactly-once epochs are as hard as the paper's walks, all through the
epoch."""

from typing import Any, List, Tuple

import pytest
import torch
from torch import Tensor

from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity, same_label_rate)
from tests.helpers import clustered


def hardness(x: Tensor, batches: List[List[int]], size: int) -> Tensor:
    return hardest_negative_similarity(
        x, [batch for batch in batches if len(batch) == size])


def shares(x: Tensor, batch_size: int, num_epochs: int,
           **kwargs: Any) -> Tuple[float, List[float]]:
    r"""The share of the walks' hardness that exactly-once batches reach, over
    the epoch and in each quarter of its batches."""
    kwargs.update(walk_size=None)
    walks = ProximityBatchSampler(x, batch_size, replacement=True, **kwargs)
    once = ProximityBatchSampler(x, batch_size, seed=1, **kwargs)
    uniform = UniformBatchSampler(x, batch_size)
    mean = [
        torch.cat([hardness(x, list(sampler), batch_size)
                   for _ in range(num_epochs)]).mean()
        for sampler in [walks, uniform]
    ]
    epochs = torch.stack([hardness(x, list(once), batch_size)
                          for _ in range(num_epochs)])
    share = (epochs - mean[1]) / (mean[0] - mean[1])
    quarters = [float(part.mean()) for part in share.chunk(4, dim=1)]
    return float(share.mean()), quarters


@pytest.mark.parametrize('n,kwargs', [
    (4000, dict(batch_size=64, num_candidates=200, num_neighbors=20)),
    (6000, dict(batch_size=128, num_candidates=300, num_neighbors=10)),
    pytest.param(20000, dict(batch_size=256, num_candidates=1000,
                             num_neighbors=100), marks=pytest.mark.slow),
])
def test_clustered_vectors(n: int, kwargs: Any) -> None:
    share, quarters = shares(clustered(n, 64)[0], num_epochs=4, **kwargs)
    assert 0.75 <= share <= 1.25  # of little, at K = M / 10
    assert min(quarters) >= 0.6 and max(quarters) <= 1.4


def test_two_modes() -> None:
    r"""Few mini-batches of very unequal similarity."""
    x = torch.randn(1100, 4, generator=torch.Generator().manual_seed(0))
    x[:700] += 2
    x[700:] -= 1
    share, quarters = shares(x, batch_size=128, num_epochs=8)
    assert 0.8 <= share <= 1.2
    assert min(quarters) >= 0.7


def test_harder_means_more_of_a_label() -> None:
    x, label = clustered(4000, 64, num_centres=20)
    rates = [
        float(same_label_rate(label, list(sampler)).mean()) for sampler in [
            UniformBatchSampler(x, 64),
            ProximityBatchSampler(x, 64, num_candidates=200,
                                  num_neighbors=100),
            ProximityBatchSampler(x, 64, num_candidates=200, num_neighbors=5),
        ]
    ]
    assert rates[0] < rates[1] < rates[2]


def test_restart_schedule() -> None:
    x, _ = clustered(500, 8)
    epochs: List[int] = []

    def schedule(epoch: int) -> float:
        epochs.append(epoch)
        return 0.5

    sampler = ProximityBatchSampler(x, 64, restart_prob=schedule)
    constant = ProximityBatchSampler(x, 64, restart_prob=0.5)
    assert [list(sampler) for _ in range(2)] == [list(constant)
                                                 for _ in range(2)]
    assert epochs == [0, 0, 1]  # the first one checks
