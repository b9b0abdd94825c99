from typing import Any

import pytest
import torch
from torch import Tensor

from pyg_batchsampler.similarity import hardest_negatives as module
from pyg_batchsampler.similarity.hardest_negatives import hardest_negatives
from tests.helpers import make_generator


def rows_of(num_batches: int = 5, size: int = 10) -> Tensor:
    rows = torch.randn(num_batches, size, 4, generator=make_generator())
    return torch.nn.functional.normalize(rows, dim=2)


@pytest.mark.parametrize('max_elements', [1, 35, 250, 2**22])
@pytest.mark.parametrize('num_negatives', [1, 3, 20])
def test_equals_loops_over_pairs(num_negatives: int, max_elements: int,
                                 monkeypatch: Any) -> None:
    monkeypatch.setattr(module, 'MAX_ELEMENTS', max_elements)
    rows = rows_of()
    found = hardest_negatives(rows, num_negatives)
    for s, batch in enumerate(rows):
        for i in range(10):
            score = {j: float(batch[i] @ batch[j])
                     for j in range(10) if j != i}
            order = sorted(score, key=lambda j: -score[j])[:num_negatives]
            assert found.place[s, i].tolist() == order
            expected = torch.tensor([score[j] for j in order])
            assert torch.allclose(found.similarity[s, i], expected, atol=1e-6)


@pytest.mark.parametrize('max_elements', [20, 2**22])
def test_some_anchors(max_elements: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, 'MAX_ELEMENTS', max_elements)
    rows = rows_of()
    whole = hardest_negatives(rows, 2)
    for num_anchors in [1, 7, 99]:
        some = hardest_negatives(rows, 2, num_anchors)
        assert some.place.equal(whole.place[:, :num_anchors])


def test_borders() -> None:
    for size in [0, 1]:
        found = hardest_negatives(torch.ones(2, size, 3))
        assert found.place.size() == found.similarity.size() == (2, size, 0)
    twice = hardest_negatives(torch.ones(1, 2, 1))
    assert twice.place.flatten().tolist() == [1, 0]
