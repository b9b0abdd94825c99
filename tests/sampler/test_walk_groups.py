r"""Mini-batches of several short walks."""

from typing import Any, List

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, ProximityBatchSampler,
                              UniformBatchSampler)
from pyg_batchsampler.sampler.walk_groups import form_groups, grouped_order
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
        expected = list(ProximityBatchSampler(x, 32, replacement=replacement))
        for walk_size in [32, 100]:
            assert list(ProximityBatchSampler(
                x, 32, walk_size=walk_size,
                replacement=replacement)) == expected


def test_walks_of_one_instance_are_uniform() -> None:
    x, _ = clustered(300, 8)
    assert list(ProximityBatchSampler(x, 32, walk_size=1)) == list(
        UniformBatchSampler(300, 32))


def test_mini_batches_are_made_of_groups() -> None:
    r"""Clusters of four that walks cannot leave."""
    x = torch.eye(40).repeat_interleave(4, dim=0)
    for replacement in [False, True]:
        sampler = ProximityBatchSampler(x, 16, walk_size=4, num_candidates=159,
                                        num_neighbors=3,
                                        replacement=replacement)
        for _ in range(3):
            for batch in sampler:
                count = torch.tensor(batch).div(4, rounding_mode='floor')
                count = count.bincount(minlength=40)
                if replacement:  # two walks may find the same cluster
                    assert int((count == 4).sum()) >= 3
                else:
                    assert sorted(count[count > 0].tolist()) == 4 * [4]


@pytest.mark.parametrize('batch_size,group_size', [(16, 4), (16, 5), (10, 9)])
def test_groups_stay_together(batch_size: int, group_size: int) -> None:
    x, _ = clustered(203, 6)
    rows, remaining = UnitRows(x), torch.randperm(
        203, generator=make_generator())
    full, rest = form_groups(rows, remaining, group_size, 0.0,
                             make_generator(1))
    assert rest.numel() == 203 % group_size
    order = grouped_order(rows, remaining, batch_size, group_size, 0.0,
                          make_generator(1))
    assert order.sort().values.tolist() == list(range(203))
    batches = [set(batch.tolist()) for batch in order.split(batch_size)]
    whole = sum(any(set(group.tolist()) <= batch for batch in batches)
                for group in full)
    assert whole >= (203 // batch_size) * (batch_size // group_size)


def top1(x: Tensor, batches: List[List[int]], size: int) -> Tensor:
    full = torch.tensor([batch for batch in batches if len(batch) == size])
    return top_similarity(UnitRows(x), full)


def digits() -> Tensor:
    x = torch.from_numpy(load_digits().data).float()
    return x - x.mean(dim=0)


@pytest.mark.parametrize('make', [
    lambda: clustered(4000, 32)[0], digits,
    pytest.param(lambda: clustered(20000, 64)[0], marks=pytest.mark.slow)])
@pytest.mark.parametrize('walk_size', [2, 4, 8])
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
