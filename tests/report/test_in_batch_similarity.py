import torch

from pyg_batchsampler import in_batch_similarity
from tests.helpers import make_generator

BATCHES = [[0, 1, 2], [3, 4], [5, 6, 7, 8, 9], [0]]


def test_equals_loops_over_pairs() -> None:
    x = torch.randn(10, 4, generator=make_generator())
    x[4] = 0
    similarity = in_batch_similarity(x, BATCHES)
    unit = torch.nn.functional.normalize(x, dim=1)
    for i, batch in enumerate(BATCHES[:3]):
        pairs = [(a, b) for a in batch for b in batch if a != b]
        mean = sum(float(unit[a] @ unit[b]) for a, b in pairs) / len(pairs)
        assert abs(float(similarity[i]) - mean) < 1e-5
    assert similarity[3].isnan()
