r"""Mini-batches of several short walks, and of groups as hard as those."""

from typing import Any, List

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, ProximityBatchSampler,
                              UniformBatchSampler)
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
