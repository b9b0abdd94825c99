from typing import Any, Dict

import pytest
import torch
import torch_cluster
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from pyg_batchsampler import ProximityGraph, build_proximity_graph
from pyg_batchsampler.graph.build_proximity_graph import (BACKENDS,
                                                          resolve_graph_size)
from pyg_batchsampler.search.candidates import draw_candidates
from pyg_batchsampler.similarity.unit_rows import unit_rows
from tests.helpers import (clustered, make_generator, raises,
                           untouched_random_state)

EACH = pytest.mark.parametrize('backend', sorted(BACKENDS))


def brute_force(x: Tensor, m: int, k: int, seed: int) -> Tensor:
    r"""Similarities of the K best of the same candidates, one by one."""
    blocks = draw_candidates(x.size(0), m, generator=make_generator(seed))
    x = torch.nn.functional.normalize(x.double(), dim=1)
    out = torch.empty(x.size(0), k, dtype=torch.double)
    for place, i in enumerate(blocks.anchor.tolist()):
        row = blocks.candidate[place // blocks.block_size].tolist()
        del row[int(blocks.skipped[place])]
        out[i] = torch.tensor(sorted((float(x[i] @ x[j]) for j in row),
                                     reverse=True)[:k])
    return out


@EACH
@pytest.mark.parametrize('n,m,k', [(2, 1, 1), (30, 29, 4), (30, 29, 29),
                                   (90, 40, 5), (90, 7, 7), (200, 60, 3)])
def test_equals_brute_force(backend: str, n: int, m: int, k: int) -> None:
    x = torch.randn(n, 6, generator=make_generator())
    graph = build_proximity_graph(x, num_candidates=m, num_neighbors=k,
                                  backend=backend, generator=make_generator(3))
    assert graph.similarity is not None
    similarity = graph.similarity.view(n, k)
    expected = brute_force(x, m, k, seed=3).float()
    torch.testing.assert_close(similarity, expected, atol=1e-5, rtol=0)
    x = unit_rows(x)
    row = torch.arange(n).repeat_interleave(k)
    torch.testing.assert_close((x[row] * x[graph.col]).sum(1),
                               graph.similarity, atol=1e-5, rtol=0)
    assert bool((graph.col != row).all())
    neighbor = graph.col.view(n, k).sort(dim=1).values
    assert bool((neighbor.diff(dim=1) > 0).all())


@EACH
def test_exact_nearest_neighbors(backend: str) -> None:
    x = unit_rows(torch.randn(80, 5, generator=make_generator()))
    graph = build_proximity_graph(x, num_candidates=79, num_neighbors=6,
                                  backend=backend)
    index = NearestNeighbors(n_neighbors=6).fit(x).kneighbors(
        return_distance=False)
    assert graph.col.view(80, 6).tolist() == index.tolist()
    row, col = torch_cluster.knn_graph(x, 6, flow='target_to_source')
    adj, other = torch.zeros(2, 80, 80)
    adj[row, col] = 1
    other[torch.arange(80).repeat_interleave(6), graph.col] = 1
    assert adj.equal(other)


def test_few_candidates_are_close_to_uniform() -> None:
    x, _ = clustered(400, 16, num_centres=4)
    mean = []
    for m in [1, 40, 399]:
        graph = build_proximity_graph(x, num_candidates=m, num_neighbors=1,
                                      generator=make_generator())
        assert graph.similarity is not None
        mean.append(float(graph.similarity.mean()))
    pairs = (x @ x.t())[~torch.eye(400, dtype=torch.bool)]
    error = float(pairs.std()) / 400**0.5
    assert abs(mean[0] - float(pairs.mean())) < 4 * error
    assert mean[0] < mean[1] < mean[2]


def test_in_degrees_as_with_independent_candidates() -> None:
    n, m, k = 600, 100, 10
    x = torch.randn(n, 8, generator=make_generator())
    score = unit_rows(x) @ unit_rows(x).t()
    score.fill_diagonal_(-2)
    ours, theirs = [], []
    for seed in range(20):
        generator = make_generator(seed)
        graph = build_proximity_graph(x, num_candidates=m, num_neighbors=k,
                                      generator=generator)
        ours.append(torch.bincount(graph.col, minlength=n).double())
        drawn = torch.rand(n, n, generator=generator).fill_diagonal_(-1)
        drawn = drawn.topk(m).indices
        best = score.gather(1, drawn).topk(k).indices
        theirs.append(torch.bincount(drawn.gather(1, best).flatten(),
                                     minlength=n).double())
    a, b = torch.stack(ours), torch.stack(theirs)
    assert float(a.mean()) == float(b.mean()) == k
    # The mean in-degree of each instance agrees up to its noise, and so does
    # the spread over all.
    noise = ((a.var(0) + b.var(0)) / 20).sqrt().clamp(min=0.3)
    z = (a.mean(0) - b.mean(0)) / noise
    assert float((z.abs() > 3).double().mean()) < 0.02
    spread = a.std(1), b.std(1)
    error = (spread[0].std()**2 / 20 + spread[1].std()**2 / 20)**0.5
    assert abs(spread[0].mean() - spread[1].mean()) < 5 * error + 0.3


@EACH
@pytest.mark.parametrize('dtype', [torch.half, torch.bfloat16, torch.double])
def test_any_floating_point_type(backend: str, dtype: torch.dtype) -> None:
    x = torch.randn(40, 4, generator=make_generator()).to(dtype)
    graph = build_proximity_graph(x, backend=backend,
                                  generator=make_generator())
    other = build_proximity_graph(x.float(), backend=backend,
                                  generator=make_generator())
    assert graph.col.equal(other.col)


@EACH
def test_bad_graphs(backend: str) -> None:
    x = torch.randn(30, 4, generator=make_generator())
    same = build_proximity_graph(torch.ones(30, 4), backend=backend,
                                 num_candidates=29, num_neighbors=5)
    assert same.similarity is not None and same.num_edges == 150
    torch.testing.assert_close(same.similarity, torch.ones(150))
    x[:10] = 0
    x[20:] = x[20]
    graph = build_proximity_graph(x, backend=backend, num_candidates=29,
                                  num_neighbors=29)
    assert graph.similarity is not None
    rows = graph.similarity.view(30, 29)
    assert rows[:10].abs().max() == 0
    dense = build_proximity_graph(x, backend='dense', num_candidates=29,
                                  num_neighbors=29)
    assert dense.similarity is not None
    torch.testing.assert_close(graph.similarity, dense.similarity)


@pytest.mark.parametrize('scale', [1e-30, 1e30])
def test_scale_does_not_matter(scale: float) -> None:
    x = torch.randn(50, 4, generator=make_generator())
    first, second = (build_proximity_graph(y, generator=make_generator())
                     for y in [x, x * scale])
    assert first.col.equal(second.col)


def test_single_instance() -> None:
    graph = build_proximity_graph(torch.ones(1, 3))
    assert (graph.num_instances, graph.num_edges) == (1, 0)


def test_seeded_and_global_state() -> None:
    x = torch.randn(50, 4)
    with untouched_random_state():
        graph, other = (build_proximity_graph(x, generator=make_generator())
                        for _ in range(2))
    assert graph.col.equal(other.col)
    assert isinstance(graph, ProximityGraph)


@pytest.mark.parametrize('kwargs,message', [
    (dict(num_candidates=500), "'num_candidates' must be smaller than the "
     "number of instances (got 500 for 188). Lower it, e.g., to 187"),
    (dict(num_candidates=0), "'num_candidates' must be at least 1 (got 0)"),
    (dict(num_neighbors=188), "'num_neighbors' must be smaller than the "
     "number of instances (got 188 for 188). Lower it, e.g., to 187"),
    (dict(num_neighbors=0), "'num_neighbors' must be at least 1 (got 0)"),
    (dict(num_candidates=50, num_neighbors=60), "'num_neighbors' must be at "
     "most 'num_candidates' (got 60 for 50). Lower it, e.g., to 5"),
    (dict(backend='faiss'), "'backend' must be one of 'auto', 'dense', "
     "'faiss_flat', 'faiss_hnsw', 'faiss_ivf', 'pynndescent', 'torch_cluster' "
     "(got 'faiss')"),
])
def test_bad_values(kwargs: Dict[str, Any], message: str) -> None:
    with raises(ValueError, message):
        build_proximity_graph(torch.randn(188, 3), **kwargs)


def test_one_instance_has_no_candidates() -> None:
    with raises(ValueError, "'num_candidates' must be smaller than the number "
                "of instances (got 1 for 1). A single instance has no others: "
                "leave it out"):
        build_proximity_graph(torch.ones(1, 3), num_candidates=1)


@pytest.mark.parametrize('n,m,k,expected', [
    (188, None, None, (94, 9)), (20000, None, None, (1000, 100)),
    (2, None, None, (1, 1)), (3, None, None, (1, 1)),
    (188, None, 150, (150, 150)), (188, 5, None, (5, 1)),
    (188, 187, 187, (187, 187)),
])
def test_defaults(n: int, m: Any, k: Any, expected: Any) -> None:
    assert resolve_graph_size(n, m, k) == expected
