import torch

from pyg_batchsampler import in_batch_similarity, same_label_rate
from tests.helpers import make_generator, raises

BATCHES = [[0, 1, 2], [3, 4], [5, 6, 7, 8, 9], [0]]


def test_equals_loops_over_pairs() -> None:
    x = torch.randn(10, 4, generator=make_generator())
    x[4] = 0
    label = torch.tensor([0, 0, 1, 1, 1, 2, 2, 0, 2, 2])
    similarity = in_batch_similarity(x, BATCHES)
    rate = same_label_rate(label, [torch.tensor(b) for b in BATCHES])
    unit = torch.nn.functional.normalize(x, dim=1)
    for i, batch in enumerate(BATCHES[:3]):
        pairs = [(a, b) for a in batch for b in batch if a != b]
        mean = sum(float(unit[a] @ unit[b]) for a, b in pairs) / len(pairs)
        assert abs(float(similarity[i]) - mean) < 1e-5
        same = sum(bool(label[a] == label[b]) for a, b in pairs)
        assert abs(float(rate[i]) - same / len(pairs)) < 1e-6
    assert similarity[3].isnan() and rate[3].isnan()


def test_bad_label() -> None:
    with raises(ValueError, "'label' must be a vector, one class per instance "
                "(got [3, 2])"):
        same_label_rate(torch.zeros(3, 2), BATCHES)
