import torch
from torch_geometric.data import Batch, Data

from pyg_batchsampler.false_negatives import Duplicates, duplicate_pairs
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder
from tests.helpers import make_generator, raises


def test_duplicates_are_isomorphic_graphs() -> None:
    ring = torch.stack([torch.arange(6), (torch.arange(6) + 1) % 6])
    ring = torch.cat([ring, ring.flip(0)], dim=1)
    perm = torch.tensor([3, 0, 5, 1, 4, 2])
    x = torch.ones(6, 1)
    batch = Batch.from_data_list([
        Data(x=x, edge_index=ring), Data(x=x, edge_index=perm[ring]),
        Data(x=x, edge_index=ring[:, 1:])])
    with torch.no_grad():
        z = GINEncoder(1).eval()(batch.x, batch.edge_index, batch.batch)
    assert duplicate_pairs(z).nonzero().tolist() == [[0, 1], [1, 0]]


def test_masked_pairs_cost_nothing() -> None:
    z1, z2 = torch.randn(2, 6, 4, generator=make_generator())
    z1[1] = z1[0]
    mask = duplicate_pairs(z1)
    assert mask.nonzero().tolist() == [[0, 1], [1, 0]]
    assert nt_xent_loss(z1, z2, is_false_negative=mask) < nt_xent_loss(z1, z2)


def test_bad_tolerance() -> None:
    for make in [duplicate_pairs, Duplicates]:
        with raises(ValueError, "'tolerance' must be finite and not negative "
                    "(got -1.0)"):
            make(torch.eye(2), tolerance=-1.0)


def test_the_guard_looks_at_the_instances_of_a_mini_batch() -> None:
    x = torch.randn(20, 4, generator=make_generator())
    x[7], x[11] = x[3], x[3] * 1.5
    guard = Duplicates(x)
    index = torch.tensor([11, 7, 0, 3])
    assert guard(index).nonzero().tolist() == [[1, 3], [3, 1]]
    assert not guard.uses_embedding
    assert Duplicates(x, tolerance=0.5)(index).sum() > 2
