import torch

from pyg_batchsampler.report.hardest_negative_similarity import \
    hardest_negative_similarity
from pyg_batchsampler.similarity import top_similarity as module
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import make_generator


def test_oracle(monkeypatch: 'object') -> None:
    x = torch.randn(50, 4, generator=make_generator())
    batches = torch.randperm(50, generator=make_generator()).view(5, 10)
    expected = hardest_negative_similarity(x, list(batches))
    found = module.top_similarity(UnitRows(x), batches)
    assert torch.allclose(found, expected)
    monkeypatch.setattr(module, 'MAX_ROWS', 25)  # type: ignore
    assert torch.allclose(module.top_similarity(UnitRows(x), batches), found)
