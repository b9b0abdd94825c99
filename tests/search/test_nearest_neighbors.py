import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from pyg_batchsampler.search import nearest_neighbors as module
from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors
from pyg_batchsampler.search.rank_found import rank_found
from pyg_batchsampler.similarity.unit_rows import unit_rows
from tests.helpers import make_generator


@pytest.mark.parametrize('k', [1, 7, 79])
def test_equals_scikit_learn(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'MAX_ROWS', 9)
    monkeypatch.setattr(module, 'MAX_COLUMNS', 32)
    x = unit_rows(torch.randn(80, 5, generator=make_generator()))
    query = torch.randperm(80, generator=make_generator())[:20]
    neighbor, similarity = nearest_neighbors(x, query, k)
    expected = NearestNeighbors(n_neighbors=k).fit(x).kneighbors(
        return_distance=False)
    assert neighbor.tolist() == expected[query].tolist()
    torch.testing.assert_close(
        similarity, (x[query][:, None] * x[neighbor]).sum(-1))


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
