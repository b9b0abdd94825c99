import pytest
import torch

from pyg_batchsampler.report.per_mini_batch import (hardest_per_mini_batch,
                                                    per_mini_batch, stacked)
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator

ROWS = clustered(40, 5)[0]
X = UnitRows(ROWS)
BATCHES = [torch.randperm(40, generator=make_generator(seed))[:size]
           for seed, size in enumerate([7, 2, 1, 0])]


def test_a_function_of_the_rows_of_each() -> None:
    found = per_mini_batch(X, BATCHES, lambda rows: rows.sum())
    expected = torch.stack([ROWS[index].sum() for index in BATCHES])
    torch.testing.assert_close(found, expected)
    assert per_mini_batch(X, [], torch.sum).tolist() == []


@pytest.mark.parametrize('num_negatives', [1, 3, 9])
def test_hardest_are_those_of_a_sorted_matrix(num_negatives: int) -> None:
    hardest = hardest_per_mini_batch(X, BATCHES, num_negatives)
    for index, found in zip(BATCHES, hardest):
        size = index.numel()
        number = min(num_negatives, max(size - 1, 0))
        assert found.place.size() == found.similarity.size() == (size, number)
        product = ROWS[index] @ ROWS[index].t()
        product.fill_diagonal_(-2)
        value, place = product.sort(dim=1, descending=True)
        torch.testing.assert_close(found.similarity, value[:, :number])
        assert found.place.equal(place[:, :number])


def test_of_some_anchors() -> None:
    hardest = hardest_per_mini_batch(X, BATCHES, num_anchors=4)
    assert [each.place.size(0) for each in hardest] == [4, 2, 1, 0]


def test_stacked() -> None:
    assert stacked([torch.tensor(1.0), torch.tensor(2.0)], X).tolist() == [1,
                                                                           2]
    assert stacked([], X).size() == (0, )
