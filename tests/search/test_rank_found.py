import torch

from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors
from pyg_batchsampler.search.rank_found import rank_found
from pyg_batchsampler.similarity.unit_rows import unit_rows
from tests.helpers import make_generator


def test_ranks_what_was_found() -> None:
    x = unit_rows(torch.randn(30, 5, generator=make_generator()))
    everyone = torch.arange(30)
    expected = nearest_neighbors(x, everyone, 29)
    found = torch.randn(30, 30, generator=make_generator()).argsort(dim=1)
    neighbor, similarity = rank_found(x, everyone, found, 29)
    assert neighbor.equal(expected[0])
    torch.testing.assert_close(similarity, expected[1])

    twice = torch.cat([found[:, :2], found[:, :2], everyone.view(-1, 1),
                       found[:, :1] - 30], dim=1)
    similarity = rank_found(x, everyone, twice, 3)[1]
    num_found = (found[:, :2] != everyone.view(-1, 1)).sum(dim=1)
    assert (similarity > -torch.inf).sum(dim=1).equal(num_found)
