import torch
import torch.nn.functional as F

from pyg_batchsampler import build_proximity_graph
from pyg_batchsampler.false_negatives import (SharedNeighbors, neighborhoods,
                                              similar_pairs)
from pyg_batchsampler.losses import nt_xent_loss
from tests.helpers import make_generator, raises


def test_similarity_is_the_share_in_common() -> None:
    generator = make_generator(0)
    x = torch.randn(50, 4, generator=generator)
    neighbor = build_proximity_graph(x, num_candidates=49,
                                     num_neighbors=7).col.view(50, 7)
    index = torch.randperm(50, generator=generator)[:20]
    row = F.normalize(neighborhoods(neighbor, index), dim=1)
    near = [{i, *neighbor[i].tolist()} for i in index.tolist()]
    expected = [[len(a & b) / 8 for b in near] for a in near]
    assert torch.allclose(row @ row.t(), torch.tensor(expected), atol=1e-6)


def test_order_does_not_matter() -> None:
    neighbor = torch.tensor([[1, 2], [2, 0], [0, 3], [4, 2], [3, 0]])
    index = torch.tensor([4, 0, 2, 1])
    out = neighborhoods(neighbor, index)
    assert torch.equal(neighborhoods(neighbor.flip(1), index), out)
    assert torch.equal(neighborhoods(neighbor.int(), index), out)
    assert torch.equal(neighborhoods(neighbor, index.flip(0)), out.flip(0))


def test_clusters_are_left_out_of_the_loss() -> None:
    r"""Instances of one cluster share all neighbors, others none."""
    cluster = torch.arange(12) // 3
    neighbor = torch.stack([(cluster == c).nonzero().flatten()
                            for c in cluster])
    neighbor = neighbor[neighbor != torch.arange(12).view(-1, 1)].view(12, 2)
    index = torch.tensor([0, 1, 4, 5, 9])  # two of its ten pairs in clusters
    same = cluster[index].view(-1, 1) == cluster[index]
    same.fill_diagonal_(False)
    for ratio in [0.2, 0.9]:  # pairs that share nothing do not fill it up
        mask = similar_pairs(neighborhoods(neighbor, index), ratio)
        assert torch.equal(mask, same)
    z = torch.randn(5, 3, generator=make_generator(1))
    assert nt_xent_loss(z, z, is_false_negative=mask) < nt_xent_loss(z, z)


def test_message() -> None:
    with raises(ValueError, "'neighbor' must hold instances, [num_instances, "
                "num_neighbors] (got [3, 2] of torch.float32)"):
        neighborhoods(torch.rand(3, 2), torch.tensor([0]))
    with raises(ValueError, "'ratio' must lie in [0, 1) (got 1.0)"):
        SharedNeighbors(ratio=1.0)
    with raises(ValueError, "'num_neighbors' must be at least 1 (got 0)"):
        SharedNeighbors(num_neighbors=0)


def test_the_guard_searches_all_pairs() -> None:
    x = torch.randn(60, 4, generator=make_generator())
    graph = build_proximity_graph(x, num_candidates=59, num_neighbors=7)
    index = torch.randperm(60, generator=make_generator(1))[:25]
    guard = SharedNeighbors(ratio=0.1, num_neighbors=7)
    assert guard(index) is None
    guard.refresh(x)
    expected = similar_pairs(neighborhoods(graph.col.view(60, 7), index), 0.1)
    x.zero_()
    mask = guard(index)
    assert mask is not None and mask.equal(expected)


def test_instances_not_known_yet_share_no_neighbors() -> None:
    x = torch.zeros(40, 8)
    x[:30] = torch.randn(30, 8, generator=make_generator())
    guard = SharedNeighbors()
    guard.refresh(x)
    mask = guard(torch.arange(40))
    assert mask is not None and bool(mask[:30, :30].any())
    assert not mask[30:].any() and not mask[:, 30:].any()


def test_fewer_instances_than_neighbors() -> None:
    guard = SharedNeighbors(ratio=0.9)
    guard.refresh(torch.eye(3)[:1])
    assert guard(torch.tensor([0])) is None
    guard.refresh(torch.eye(3) + 1)
    mask = guard(torch.arange(3))
    assert mask is not None and int(mask.sum()) == 4
