import pytest
import torch
import torch.nn.functional as F

from benchmarks.pairs import Negatives, means, negatives


def test_negatives_pair_by_pair() -> None:
    x, y = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
    score = [[float(F.cosine_similarity(a, b, dim=0)) for b in y] for a in x]
    other = [[score[i][j] for j in range(6) if j != i] for i in range(6)]
    back = [[score[j][i] for j in range(6) if j != i] for i in range(6)]
    found = negatives(x, y)
    assert found.similarity == pytest.approx(sum(map(sum, other)) / 30)
    assert found.hardest_negative_similarity == pytest.approx(
        sum(map(max, other + back)) / 12)


def test_means() -> None:
    assert means([]) == {}
    assert means([Negatives(0.0, 0.5), Negatives(0.5, 1.0)]) == dict(
        similarity=0.25, hardest_negative_similarity=0.75)
