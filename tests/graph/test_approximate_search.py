import re
import warnings
from importlib import import_module
from typing import Any, List

import faiss
import numba
import pytest
import torch
from torch import Tensor

from pyg_batchsampler import (Proximity, ProximityBatchSampler, ProximityGraph,
                              build_proximity_graph, measure_recall)
from pyg_batchsampler.graph.approximate_search import APPROXIMATE
from tests.helpers import (clustered, make_generator, raises,
                           untouched_random_state)

EACH = pytest.mark.parametrize('backend', sorted(APPROXIMATE))


def build(x: Tensor, k: int, backend: str, **kwargs: Any) -> ProximityGraph:
    return build_proximity_graph(x, num_candidates=x.size(0) - 1,
                                 num_neighbors=k, backend=backend,
                                 **dict(dict(generator=make_generator()),
                                        **kwargs))


def check_contract(graph: ProximityGraph, x: Tensor, k: int) -> None:
    r"""K distinct others, their true similarity, in descending order."""
    n = x.size(0)
    row = torch.arange(n).repeat_interleave(k)
    assert graph.col.dtype == torch.int and graph.num_edges == n * k
    assert bool((graph.col != row).all())
    neighbor = graph.col.view(n, k).sort(dim=1).values
    assert bool((neighbor.diff(dim=1) > 0).all())
    assert graph.similarity is not None
    assert graph.similarity.dtype == torch.float
    assert bool((graph.similarity.view(n, k).diff(dim=1) <= 0).all())
    x = torch.nn.functional.normalize(x.double(), dim=1)
    torch.testing.assert_close((x[row] * x[graph.col]).sum(1).float(),
                               graph.similarity, atol=1e-6, rtol=0)


def num_threads() -> List[int]:
    r"""Threads of PyTorch, of faiss and of numba, which pynndescent uses."""
    return [torch.get_num_threads(), faiss.omp_get_max_threads(),
            numba.get_num_threads()]


@EACH
@pytest.mark.parametrize('k', [1, 10])
def test_recall_and_contract(backend: str, k: int) -> None:
    x = 3 * clustered(2000, 16)[0]
    graph = build(x, k, backend, min_recall=0.95)
    check_contract(graph, x, k)
    exact = build(x, k, 'dense')
    assert exact.similarity is not None and graph.similarity is not None
    is_found = graph.similarity.view(-1, k) >= (
        exact.similarity.view(-1, k)[:, -1:] - 1e-6)
    recall = float(is_found.float().mean())
    assert recall >= 0.95
    assert measure_recall(graph, x, num_queries=2000) == pytest.approx(recall)


@EACH
@pytest.mark.parametrize('n,k', [(2, 1), (3, 2), (30, 4), (30, 29)])
def test_few_instances(backend: str, n: int, k: int) -> None:
    x = torch.randn(n, 6, generator=make_generator())
    graph = build(x, k, backend, min_recall=0.5)
    check_contract(graph, x, k)
    if k == n - 1:
        exact = build(x, k, 'dense').similarity
        torch.testing.assert_close(graph.similarity, exact, atol=1e-6, rtol=0)


@EACH
def test_duplicates_and_rows_of_zeros(backend: str) -> None:
    x = torch.randn(200, 4, generator=make_generator())
    x[:20] = 0
    x[100:] = x[100]
    graph = build(x, 30, backend)
    check_contract(graph, x, 30)
    same = build(torch.ones(50, 3), 5, backend).similarity
    assert same is not None
    torch.testing.assert_close(same, torch.ones(250))


@EACH
def test_seeded_and_global_state(backend: str) -> None:
    x = torch.randn(1000, 8, generator=make_generator())
    before = num_threads()
    with untouched_random_state():
        first, second = (build(x, 5, backend, min_recall=0.5)
                         for _ in range(2))
    assert first.col.equal(second.col)
    assert num_threads() == before


@pytest.mark.parametrize('backend', ['faiss_hnsw', 'faiss_ivf'])
def test_number_of_threads_does_not_matter(backend: str) -> None:
    x = torch.randn(3000, 8, generator=make_generator())
    before = num_threads()
    graph = build(x, 5, backend, min_recall=0.5)
    try:
        torch.set_num_threads(before[0] + 3)
        assert build(x, 5, backend, min_recall=0.5).col.equal(graph.col)
    finally:
        torch.set_num_threads(before[0])
    assert num_threads() == before


@EACH
def test_any_floating_point_type(backend: str) -> None:
    x = torch.randn(100, 4, generator=make_generator()).half()
    graph = build(x, 3, backend)
    check_contract(graph, x, 3)
    assert measure_recall(graph, x) > 0.9


def test_what_is_not_found_is_searched_for(
        monkeypatch: pytest.MonkeyPatch) -> None:
    x = torch.randn(40, 4, generator=make_generator())
    monkeypatch.setitem(
        APPROXIMATE, 'faiss_ivf', lambda x, k, recall, seed: torch.arange(
            40).view(-1, 1).repeat(1, k + 1))  # themselves
    assert build(x, 5, 'faiss_ivf').col.equal(build(x, 5, 'dense').col)


def test_warns_below_the_recall(monkeypatch: pytest.MonkeyPatch) -> None:
    x, k = torch.randn(40, 4, generator=make_generator()), 4
    ranked = build(x, 39, 'dense').col.view(40, 39)
    # Three of the four nearest, and the farthest.
    monkeypatch.setitem(APPROXIMATE, 'faiss_ivf',
                        lambda *args: ranked[:, [0, 1, 2, -1]])
    with pytest.warns(UserWarning, match='^' + re.escape(
            "backend 'faiss_ivf' finds 75.0 % of the nearest neighbors "
            "('min_recall' is 0.8). Use backend='dense', which is exact, "
            "another approximate one, or lower 'min_recall'") + '$'):
        build(x, k, 'faiss_ivf', min_recall=0.8)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        build(x, k, 'faiss_ivf', min_recall=0.7)
        build(x, k, 'faiss_ivf', min_recall=0)


REFUSED = ("backend 'faiss_ivf' searches among all instances, not among "
           "random candidates: 'num_candidates' must be 99 (got 50). Set it "
           "so, or use backend='auto'")


def test_random_candidates_are_refused() -> None:
    with raises(ValueError, REFUSED):
        build_proximity_graph(torch.randn(100, 4), backend='faiss_ivf')
    with raises(ValueError, REFUSED):  # before an epoch of warm-up
        ProximityBatchSampler(100, 10, backend='faiss_ivf')
    with raises(ValueError, REFUSED):  # before a model is made
        Proximity(backend='faiss_ivf').check(100)
    Proximity(backend='faiss_ivf', num_candidates=99).check(100)


def test_bad_recall() -> None:
    for call in [lambda: build(torch.randn(9, 2), 2, 'dense', min_recall=1),
                 lambda: ProximityBatchSampler(9, 3, min_recall=1)]:
        with raises(ValueError, "'min_recall' must lie in [0, 1) (got 1)"):
            call()


@pytest.mark.parametrize('backend,library,requirement', [
    ('faiss_flat', 'faiss', 'faiss-cpu>=1.9'),
    ('pynndescent', 'pynndescent', 'pynndescent>=0.5.13'),
])
def test_library_that_is_missing(backend: str, library: str, requirement: str,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module('pyg_batchsampler.graph.build_proximity_graph')
    monkeypatch.setattr(module, 'find_spec',
                        lambda name: None if name == library else object())
    with raises(ImportError, f"backend '{backend}' needs the package "
                f"'{library}'. Install it: pip install '{requirement}'"):
        build(torch.randn(9, 2), 2, backend)


def test_sampler() -> None:
    x = torch.randn(60, 4, generator=make_generator())
    batches = [list(ProximityBatchSampler(
        x, 10, num_candidates=59, num_neighbors=5, backend='faiss_ivf',
        replacement=True)) for _ in range(2)]
    assert batches[0] == batches[1] and len(batches[0]) == 6
