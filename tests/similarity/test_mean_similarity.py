from typing import Any

import pytest
import torch
from torch import Tensor

from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.standardize import BLOCK_SIZE
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows
from tests.helpers import make_generator


def pair_by_pair(x: Tensor, batch: Tensor) -> float:
    rows = x[batch.long()].double()
    size = batch.numel()
    return float(((rows @ rows.t()).sum() - rows.square().sum()) /
                 (size * (size - 1)))


@pytest.mark.parametrize('kind', [unit_rows, UnitRows,
                                  lambda x: UnitRows(x.half())])
@pytest.mark.parametrize('dtype', [torch.int, torch.long])
def test_equals_pair_by_pair(kind: Any, dtype: torch.dtype) -> None:
    x = torch.randn(30, 5, generator=make_generator())
    x[3] = 0
    batches = torch.randint(30, (6, 8), generator=make_generator()).to(dtype)
    expected = torch.tensor([pair_by_pair(unit_rows(x), batch)
                             for batch in batches])
    torch.testing.assert_close(mean_similarity(kind(x), batches), expected,
                               atol=1e-3, rtol=0)
    everyone = torch.arange(30)
    assert float(mean_similarity(kind(x))) == pytest.approx(
        pair_by_pair(unit_rows(x), everyone), abs=1e-3)


def test_one_block_after_the_other() -> None:
    embedding = torch.randn(2 * BLOCK_SIZE + 3, 2, generator=make_generator())
    for stored in [embedding, embedding.half()]:
        x = UnitRows(stored)
        torch.testing.assert_close(mean_similarity(x), mean_similarity(x[:]))


def test_a_single_instance_has_no_pairs() -> None:
    assert mean_similarity(torch.ones(1, 1)).isnan()
    assert mean_similarity(torch.eye(2), torch.tensor([[0]])).isnan().all()
