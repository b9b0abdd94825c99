import re

import pytest
import torch

from pyg_batchsampler import build_proximity_graph
from pyg_batchsampler.losses import nt_xent_loss, shared_neighbors
from pyg_batchsampler.seed import make_generator


def test_shares_of_sets() -> None:
    generator = make_generator(0)
    x = torch.randn(50, 4, generator=generator)
    neighbor = build_proximity_graph(x, num_candidates=49,
                                     num_neighbors=7).col.view(50, 7)
    index = torch.randperm(50, generator=generator)[:20]
    out = shared_neighbors(neighbor, index)
    near = [{i, *neighbor[i].tolist()} for i in index.tolist()]
    expected = [[len(a & b) / 8 if a is not b else 0 for b in near]
                for a in near]
    assert torch.allclose(out, torch.tensor(expected))
    assert torch.equal(out, out.t())


def test_order_of_neighbors_and_mini_batch() -> None:
    neighbor = torch.tensor([[1, 2], [2, 0], [0, 3], [4, 2], [3, 0]])
    index = torch.tensor([4, 0, 2, 1])
    out = shared_neighbors(neighbor, index)
    assert torch.equal(shared_neighbors(neighbor.flip(1), index), out)
    assert torch.equal(shared_neighbors(neighbor, index.flip(0)),
                       out.flip(0).flip(1))


def test_clusters_are_left_out_of_the_loss() -> None:
    r"""Instances of one cluster share all neighbors, others none."""
    cluster = torch.arange(12) // 3
    neighbor = torch.stack([(cluster == c).nonzero().flatten()
                            for c in cluster])
    neighbor = neighbor[neighbor != torch.arange(12).view(-1, 1)].view(12, 2)
    index = torch.tensor([0, 1, 4, 5, 9])
    mask = shared_neighbors(neighbor, index) > 0.5
    same = cluster[index].view(-1, 1) == cluster[index]
    assert torch.equal(mask, same.fill_diagonal_(False))
    z = torch.randn(5, 3, generator=make_generator(1))
    assert nt_xent_loss(z, z, is_false_negative=mask) < nt_xent_loss(z, z)


def test_message() -> None:
    with pytest.raises(ValueError, match=re.escape(
            "'neighbor' must hold instances, [num_instances, num_neighbors] "
            "(got [3, 2] of torch.float32)")):
        shared_neighbors(torch.rand(3, 2), torch.tensor([0]))
