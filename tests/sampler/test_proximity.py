r"""Mini-batches of several short walks or of a single one, the paper's, and of
groups as hard as those, all through the epoch."""

from typing import Any, List, Tuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, ProximityBatchSampler,
                              UniformBatchSampler, hardest_negative_similarity,
                              same_label_rate)
from pyg_batchsampler.similarity.top_similarity import top_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import (clustered, flatten, make_generator, numbered_graphs,
                           raises)


@given(n=st.integers(1, 60), batch_size=st.integers(1, 30),
       walk_size=st.integers(1, 35), drop_last=st.booleans(),
       replacement=st.booleans())
@settings(max_examples=60, deadline=None)
def test_laws(n: int, batch_size: int, walk_size: int, drop_last: bool,
              replacement: bool) -> None:
    if drop_last and batch_size > n:
        return
    x = torch.randn(n, 4, generator=make_generator())
    make = [ProximityBatchSampler(x, batch_size, walk_size=walk_size,
                                  drop_last=drop_last, replacement=replacement)
            for _ in range(2)]
    for _ in range(2):
        batches = list(make[0])
        assert batches == list(make[1]) and len(batches) == len(make[0])
        for batch in batches:
            assert len(set(batch)) == len(batch) <= batch_size
        for batch in batches[:-1]:
            assert len(batch) == min(batch_size, n)
        if not (replacement or drop_last):
            assert sorted(flatten(batches)) == list(range(n))


def test_one_walk_per_mini_batch_is_the_paper() -> None:
    x, _ = clustered(300, 8)
    for replacement in [False, True]:
        expected, *others = (
            list(ProximityBatchSampler(x, 32, walk_size=walk_size,
                                       num_neighbors=15,
                                       replacement=replacement))
            for walk_size in [None, 32, 100])
        assert others == 2 * [expected]


@pytest.mark.parametrize('walk_size', [torch.tensor(4), np.int64(4)])
def test_any_type_of_integer(walk_size: Any) -> None:
    x, _ = clustered(300, 8)
    sampler = ProximityBatchSampler(x, 32, walk_size=walk_size)
    assert list(sampler) == list(ProximityBatchSampler(x, 32, walk_size=4))


def test_defaults() -> None:
    assert repr(ProximityBatchSampler(4000, 32)).startswith(
        'ProximityBatchSampler(num_instances=4000, batch_size=32, '
        'walk_size=4, num_candidates=1000, num_neighbors=20, ')
    assert repr(ProximityBatchSampler(300, 32, walk_size=None)).startswith(
        'ProximityBatchSampler(num_instances=300, batch_size=32, '
        'walk_size=32, num_candidates=150, num_neighbors=15, ')


def test_walks_of_one_instance_are_uniform() -> None:
    x, _ = clustered(300, 8)
    assert list(ProximityBatchSampler(x, 32, walk_size=1)) == list(
        UniformBatchSampler(300, 32))


def test_mini_batches_are_made_of_groups() -> None:
    r"""Clusters of four that walks cannot leave, though two of them may find
    the same one."""
    x = torch.eye(40).repeat_interleave(4, dim=0)
    for replacement in [False, True]:
        sampler = ProximityBatchSampler(x, 16, walk_size=4, num_candidates=159,
                                        num_neighbors=3,
                                        replacement=replacement)
        whole = []
        for batch in [batch for _ in range(5) for batch in sampler]:
            cluster = torch.tensor(batch).div(4, rounding_mode='floor')
            whole.append((cluster.bincount() == 4).sum())
        assert 2.8 <= float(torch.stack(whole).float().mean()) <= 4


def top1(x: Tensor, batches: List[List[int]], size: int) -> Tensor:
    full = torch.tensor([batch for batch in batches if len(batch) == size])
    return top_similarity(UnitRows(x), full)


def digits() -> Tensor:
    x = torch.from_numpy(load_digits().data).float()
    return x - x.mean(dim=0)


@pytest.mark.parametrize('make', [
    lambda: clustered(4000, 32)[0], digits,
    pytest.param(lambda: clustered(20000, 64)[0], marks=pytest.mark.slow)])
@pytest.mark.parametrize('walk_size', [2, 4, 8, 32, 64])
def test_as_hard_as_the_walks(make: Any, walk_size: int) -> None:
    r"""By the similarity that a contrastive loss feels, in every quarter of
    the epoch."""
    x, size = make(), 64
    m = min(1000, len(x) // 2)
    kwargs: Any = dict(walk_size=walk_size, num_candidates=m,
                       num_neighbors=m // 50)
    walks = ProximityBatchSampler(x, size, replacement=True, seed=7, **kwargs)
    once = ProximityBatchSampler(x, size, **kwargs)
    target, uniform = (torch.cat([top1(x, list(sampler), size)
                                  for _ in range(6)]).mean() for sampler in
                       [walks, UniformBatchSampler(x, size)])
    epochs = torch.stack([top1(x, list(once), size) for _ in range(6)])
    share = (epochs - uniform) / (target - uniform)
    assert 0.92 <= float(share.mean()) <= 1.08
    for quarter in share.chunk(4, dim=1):
        assert 0.85 <= float(quarter.mean()) <= 1.15


def test_resume_at_every_position() -> None:
    x, _ = clustered(100, 6)
    sampler = ProximityBatchSampler(x, 16, walk_size=4)
    expected = [batch for _ in range(3) for batch in sampler]
    sampler = ProximityBatchSampler(x, 16, walk_size=4)
    position = 0
    for _ in range(3):
        for _ in sampler:
            position += 1
            resumed = ProximityBatchSampler(x, 16, walk_size=4)
            resumed.load_state_dict(sampler.state_dict())
            rest: List[List[int]] = []
            while len(rest) < 21 - position:
                rest += list(resumed)
            assert rest == expected[position:]


def test_in_a_loader() -> None:
    x, _ = clustered(60, 6)
    loader = BatchSamplerLoader(numbered_graphs(60), 16, walk_size=4,
                                refresh_interval=2)
    for _ in range(3):
        seen: List[int] = []
        for batch in loader:
            seen += batch.input_id.tolist()
            loader.update(x[batch.input_id], batch.input_id)
        assert sorted(seen) == list(range(60))
    with raises(ValueError, "'walk_size' must be at least 1 (got 0)"):
        BatchSamplerLoader(numbered_graphs(9), 4, walk_size=0)


def test_large_mini_batches() -> None:
    x, _ = clustered(20000, 4)
    sampler = ProximityBatchSampler(x, 9000, walk_size=8)
    assert [len(batch) for batch in sampler] == [9000, 9000, 2000]


def hardness_of(x: Tensor, batches: List[List[int]], size: int) -> Tensor:
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
        torch.cat([hardness_of(x, list(sampler), batch_size)
                   for _ in range(num_epochs)]).mean()
        for sampler in [walks, uniform]
    ]
    epochs = torch.stack([hardness_of(x, list(once), batch_size)
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
