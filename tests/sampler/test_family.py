r"""Strategies of other papers, under the laws of all."""

import copy
import sys
from typing import Any, List

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from pyg_batchsampler import BatchSamplerLoader, report_batches
from pyg_batchsampler.sampler import (Bandwidth, Chain, KMeans, Partition,
                                      Request, Strategy, StrategyBatchSampler,
                                      make_strategy)
from pyg_batchsampler.sampler.shuffle_mini_batches import shuffle_mini_batches
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows
from tests.helpers import (flatten, make_generator, raises,
                           untouched_random_state)

FAMILY: List[Strategy] = [
    Bandwidth(), Bandwidth(quantile=0.8), Chain(), Chain(subset_size=7),
    KMeans(), KMeans(cluster_size=2, cluster_order='random'),
    Partition(num_skipped=1, num_ranks=4, cluster_size=3)]
EACH = pytest.mark.parametrize('strategy', FAMILY, ids=repr)


def embedding(num_instances: int, seed: int = 0, dim: int = 4) -> Tensor:
    return torch.randn(num_instances, dim, generator=make_generator(seed))


def ordered(strategy: Strategy, x: Tensor, batch_size: int) -> List[int]:
    r"""The order of all instances, not yet cut."""
    n = x.size(0)
    return strategy.order(Request(
        UnitRows(x), n, torch.randperm(n, generator=make_generator()),
        batch_size, -(-n // batch_size), 0, 0, make_generator(), {})).tolist()


def sampler(strategy: Strategy, n: int = 30, batch_size: int = 8,
            **kwargs: Any) -> StrategyBatchSampler:
    return StrategyBatchSampler(embedding(n), batch_size, strategy, **kwargs)


@EACH
@given(n=st.integers(6, 40), batch_size=st.integers(1, 45),
       drop_last=st.booleans(), seed=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_laws(strategy: Strategy, n: int, batch_size: int, drop_last: bool,
              seed: int) -> None:
    if drop_last and batch_size > n:
        return
    one, same = (sampler(strategy, n, batch_size, drop_last=drop_last,
                         seed=seed) for _ in range(2))
    for _ in range(2):
        batches = list(one)
        assert batches == list(same)
        sizes = [len(batch) for batch in batches]
        tail = [] if drop_last or n % batch_size == 0 else [n % batch_size]
        assert sizes == n // batch_size * [batch_size] + tail
        seen = flatten(batches)
        assert len({*seen}) == len(seen) and {*seen} <= {*range(n)}
        if not drop_last:
            assert sorted(seen) == list(range(n))


@EACH
def test_epochs_and_the_global_random_state(strategy: Strategy) -> None:
    with untouched_random_state():
        epochs = [list(sampler(strategy)) for _ in range(2)]
        one = sampler(strategy)
        course = [list(one) for _ in range(3)]
    assert epochs[0] == epochs[1] == course[0] != course[1] != course[2]
    assert list(sampler(strategy, seed=1)) != course[0]


@EACH
def test_resume_at_every_position(strategy: Strategy) -> None:
    one = sampler(strategy)
    expected = [batch for _ in range(2) for batch in one]
    one, position = sampler(strategy), 0
    for _ in range(2):
        for _ in one:
            position += 1
            resumed = StrategyBatchSampler(30, 8, strategy)
            resumed.load_state_dict(copy.deepcopy(one.state_dict()))
            rest: List[List[int]] = []
            while len(rest) < len(expected) - position:
                rest += list(resumed)
            assert rest == expected[position:]


@EACH
@pytest.mark.parametrize('num_workers', [0, 2])
def test_loaders(strategy: Strategy, num_workers: int) -> None:
    x = embedding(40)
    expected = list(sampler(strategy, 40))
    plain = DataLoader(TensorDataset(x), num_workers=num_workers,
                       batch_sampler=sampler(strategy, 40))
    assert [batch[0].tolist() for batch in plain] == [
        x[index].tolist() for index in expected]
    loader = BatchSamplerLoader(x, 8, batch_sampler=strategy, embedding=x,
                                num_workers=num_workers)
    for batch in loader:
        assert loader.input_id is not None
        assert batch.equal(x[loader.input_id])


@EACH
def test_a_refresh_in_mid_epoch_plans_what_is_left(
        strategy: Strategy) -> None:
    x = embedding(40)
    loader = BatchSamplerLoader(x, 8, batch_sampler=strategy,
                                encoder=lambda batch: batch, warmup_epochs=0,
                                refresh_interval=2)
    for _ in range(2):
        seen = flatten(loader.input_id for _ in loader)
        assert sorted(seen) == list(range(40))


@EACH
def test_mini_batches_are_harder_than_uniform_ones(
        strategy: Strategy) -> None:
    strategy = {Bandwidth(): Bandwidth(quantile=0.98),
                Chain(subset_size=7): Chain(subset_size=50)}.get(strategy,
                                                                 strategy)
    group = torch.randn(20, 16, generator=make_generator())
    x = group.repeat(10, 1) + 0.3 * torch.randn(
        200, 16, generator=make_generator(1))
    report = report_batches(list(StrategyBatchSampler(x, 20, strategy)), x)
    top = report['hardest_negative_similarity']
    assert top.mean > top.uniform + 0.02


def test_replacement_is_refused() -> None:
    for strategy in FAMILY:
        with pytest.raises(ValueError, match="'replacement'"):
            sampler(strategy, replacement=True)


def test_bandwidth_is_that_of_scipy() -> None:
    x = unit_rows(embedding(60))
    score = (x @ x.t()).numpy()
    rank = np.where(np.eye(60, dtype=bool), -1, score)
    remaining = list(range(60))
    threshold = np.quantile(rank, 0.9)
    perm = reverse_cuthill_mckee(csr_array(score > threshold),
                                 symmetric_mode=True)
    position = {int(instance): i for i, instance in enumerate(perm)}
    edges = [(i, j) for i in remaining for j in remaining
             if i < j and score[i, j] > threshold]

    def width(place: Any) -> int:
        return max(abs(place[i] - place[j]) for i, j in edges)

    found = ordered(Bandwidth(quantile=0.9), embedding(60), 60)
    ours = {instance: i for i, instance in enumerate(found)}
    # Another start may give another order of about the same width.
    assert width(ours) <= 1.3 * width(position) < width(remaining)


def test_a_chain_is_that_of_the_definition() -> None:
    x = unit_rows(embedding(23))
    chain = ordered(Chain(), embedding(23), 23)
    left = {*chain[1:]}
    for last, following in zip(chain, chain[1:]):
        best = max(left, key=lambda i: float(x[last] @ x[i]))
        assert float(x[last] @ x[following]) == pytest.approx(
            float(x[last] @ x[best]), abs=1e-6)
        left.remove(following)
    # Subsets do not share instances; each is a chain of its own.
    x = unit_rows(embedding(24))
    order = torch.tensor(ordered(Chain(subset_size=6), embedding(24), 6))
    for first, second, *rest in order.view(-1, 6).tolist():
        assert second == max([second, *rest],
                             key=lambda i: float(x[first] @ x[i]))


@pytest.mark.parametrize('order', ['chained', 'random'])
def test_clusters_that_are_apart_make_mini_batches(order: str) -> None:
    x = torch.eye(6).repeat_interleave(5, 0)
    x = x + 0.01 * torch.randn(30, 6, generator=make_generator())
    batches = list(StrategyBatchSampler(x, 5, KMeans(cluster_order=order)))
    for batch in batches:
        assert len({i // 5 for i in batch}) <= 2
    assert sum(len({i // 5 for i in batch}) == 1 for batch in batches) >= 3


def test_partition_joins_mutual_ranks() -> None:
    # Eight cliques: the nearest of an instance is skipped, the others meet.
    x = torch.eye(8).repeat_interleave(6, 0)
    x = x + 0.05 * torch.randn(48, 8, generator=make_generator())
    one = StrategyBatchSampler(x, 12, Partition(1, 4, 6))
    together = 0
    for _ in range(4):
        for batch in one:
            clique = torch.tensor(batch).div(6, rounding_mode='floor')
            together += int((clique.bincount(minlength=8) >= 5).sum())
    assert together >= 0.8 * 4 * 8


def test_mini_batches_are_shuffled_whole() -> None:
    order = torch.arange(23)
    out = shuffle_mini_batches(order, 5, make_generator())
    parts = [part.tolist() for part in out.split(5)]
    assert parts[-1] == [20, 21, 22]
    assert sorted(parts[:-1]) == [list(range(i, i + 5))
                                  for i in range(0, 20, 5)]


@pytest.mark.parametrize('name,options,message', [
    ('bandwidth', dict(quantile=1.0),
     "'quantile' must lie in (0, 1) (got 1.0)"),
    ('chain', dict(subset_size=1),
     "'subset_size' must be at least 2 (got 1)"),
    ('kmeans', dict(cluster_order='x'),
     "'cluster_order' must be one of 'chained', 'random' (got 'x')"),
    ('partition', dict(num_ranks=25, num_skipped=10),
     "'num_skipped' and 'num_ranks' must be less than the 30 instances "
     "together (got 10 and 25). Lower 'num_skipped' to 4"),
    ('partition', dict(num_ranks=30),
     "'num_skipped' and 'num_ranks' must be less than the 30 instances "
     "together (got 30 and 30). Lower 'num_ranks', to 1 for this "
     "'num_skipped'"),
])
def test_bad_options(name: str, options: Any, message: str) -> None:
    with raises(ValueError, message):
        sampler(make_strategy(name, **options))


@pytest.mark.parametrize('n', [600_000, 2_000_000, 10_000_000])
def test_too_many_edges(n: int) -> None:
    with pytest.raises(ValueError, match="'quantile' must be at least 0.99"
                       ) as error:
        Bandwidth().check(n)
    lowest = float(str(error.value).split('at least ')[1].split()[0])
    Bandwidth(quantile=lowest).check(n)  # the way out is one


def test_too_large_subsets() -> None:
    with raises(ValueError, "'subset_size' must be at most 8192 (got 9000): "
                'all pairs of a subset are compared at once. Lower it'):
        Chain(subset_size=9000).check(10_000)
    Chain(subset_size=9000).check(5000)


def test_partition_needs_metis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'pymetis', None)
    with raises(ImportError, "the strategy 'partition' divides graphs by "
                "METIS. Install it with 'pip install pymetis'"):
        sampler(Partition(1, 4, 3))
