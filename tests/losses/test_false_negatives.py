import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Batch, Data

from pyg_batchsampler.losses import (duplicate_pairs, nt_xent_loss,
                                     similar_pairs)
from pyg_batchsampler.nn import GINEncoder
from tests.helpers import make_generator, raises


@given(st.integers(1, 20), st.sampled_from([0.0, 0.1, 0.5, 0.99]))
@settings(max_examples=50, deadline=None)
def test_the_most_similar_pairs(size: int, ratio: float) -> None:
    x = torch.randn(size, 4, generator=make_generator(size))
    mask = similar_pairs(x, ratio)
    assert mask.equal(mask.t()) and not bool(mask.diagonal().any())
    num_pairs = size * (size - 1) // 2
    cosine = torch.nn.functional.cosine_similarity(x[:, None], x, dim=-1)
    num_similar = int((cosine.triu(1) > 0).sum())
    assert int(mask.sum()) == 2 * min(int(ratio * num_pairs + 1e-9),
                                      num_similar)
    assert bool((cosine[mask] > 0).all())
    others = ~mask & ~torch.eye(size, dtype=torch.bool)
    if bool(mask.any()) and bool(others.any()):
        assert cosine[mask].min() >= cosine[others].max() - 1e-6
    assert similar_pairs(3 * x, ratio).equal(mask)


def test_unknown_rows_are_similar_to_none() -> None:
    x = torch.cat([torch.zeros(2, 3), torch.eye(3) + 1])
    mask = similar_pairs(x, 0.9)
    assert not bool(mask[:2].any()) and int(mask.sum()) == 6


def test_rows_at_right_angles_are_not_similar() -> None:
    assert not bool(similar_pairs(torch.eye(3), 0.9).any())


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


@pytest.mark.parametrize('ratio', [1.0, -0.1])
def test_bad_ratio(ratio: float) -> None:
    with raises(ValueError, f"'ratio' must lie in [0, 1) (got {ratio})"):
        similar_pairs(torch.eye(2), ratio)
    with raises(ValueError, "'tolerance' must be finite and not negative "
                "(got -1.0)"):
        duplicate_pairs(torch.eye(2), tolerance=-1.0)
