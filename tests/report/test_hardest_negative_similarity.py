import math

import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity
from torch import Tensor

from pyg_batchsampler import hardest_negative_similarity, in_batch_similarity
from tests.helpers import make_generator, raises


def embedding(num_instances: int = 40, dim: int = 5) -> Tensor:
    return torch.randn(num_instances, dim, generator=make_generator())


@pytest.mark.parametrize('num_negatives', [1, 3, 7])
def test_oracle(num_negatives: int) -> None:
    x, batch = embedding(), torch.randperm(40, generator=make_generator())[:12]
    score = torch.from_numpy(cosine_similarity(x[batch].numpy()))
    expected = [sorted(row[torch.arange(12) != i].tolist(),
                       reverse=True)[:num_negatives]
                for i, row in enumerate(score)]
    found = hardest_negative_similarity(x, [batch], num_negatives)
    assert torch.allclose(found, torch.tensor(expected).mean(), atol=1e-5)


def test_closed_forms() -> None:
    r"""Orthogonal, coinciding and opposed instances; a regular polygon, whose
    neighbors are a corner apart."""
    assert hardest_negative_similarity(torch.eye(4), [[0, 1, 2]]).item() == 0
    same = torch.tensor([[3.0, 4.0], [6.0, 8.0], [-3.0, -4.0]])
    found = hardest_negative_similarity(same, [[0, 1], [0, 2], [0, 1, 2]])
    assert torch.allclose(found, torch.tensor([1.0, -1.0, 1 / 3]))
    angle = 2 * math.pi * torch.arange(9) / 9
    polygon = torch.stack([angle.cos(), angle.sin()], dim=1)
    for n in [1, 2]:
        found = hardest_negative_similarity(polygon, [torch.arange(9)], n)
        assert torch.allclose(found, torch.tensor(math.cos(2 * math.pi / 9)))


def test_of_all_others_it_is_the_mean() -> None:
    x = embedding()
    batches = [torch.arange(n) for n in [2, 5, 40]]
    assert torch.allclose(hardest_negative_similarity(x, batches, 100),
                          in_batch_similarity(x, batches), atol=1e-6)


def test_borders() -> None:
    found = hardest_negative_similarity(embedding(), [[3], [], [1, 2]])
    assert found.isnan().tolist() == [True, True, False]
    assert hardest_negative_similarity(embedding(), []).tolist() == []
    x = embedding()
    assert hardest_negative_similarity(x * 1e30, [[1, 2]]).equal(
        hardest_negative_similarity(x, [[1, 2]]))
    with raises(ValueError, "'num_negatives' must be at least 1 (got 0)"):
        hardest_negative_similarity(x, [[1, 2]], 0)
    with raises(ValueError, "'batches' must hold instances in [0, 40) "
                "(got 40)"):
        hardest_negative_similarity(x, [[1, 40]])
