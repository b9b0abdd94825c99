import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from pyg_batchsampler.search import nearest_neighbors as module
from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors
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
