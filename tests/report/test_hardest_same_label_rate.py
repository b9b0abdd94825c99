import torch

from pyg_batchsampler import hardest_same_label_rate
from tests.helpers import clustered, raises


def test_oracle() -> None:
    x, label = clustered(60, 8, num_centres=4)
    batch = torch.arange(5, 35)
    count = 0
    for i in batch.tolist():
        score = {j: float(x[i] @ x[j]) for j in batch.tolist() if j != i}
        count += int(label[i] == label[max(score, key=lambda j: score[j])])
    found = hardest_same_label_rate(x, label, [batch])
    assert torch.allclose(found, torch.tensor(count / 30))


def test_closed_forms() -> None:
    x = torch.eye(2)[torch.arange(6) % 2]
    for label, expected in [(torch.arange(6) % 2, 1.0),
                            (torch.arange(6), 0.0)]:
        found = hardest_same_label_rate(x, label, [range(6), [0], [], [0, 1]])
        assert found[0] == expected
        assert found.isnan().tolist() == [False, True, True, False]
        assert found[3] == 0


def test_bad_labels() -> None:
    with raises(ValueError, "'label' must hold one class per instance, [6] "
                "(got [5])"):
        hardest_same_label_rate(torch.eye(6), torch.arange(5), [[0, 1]])
