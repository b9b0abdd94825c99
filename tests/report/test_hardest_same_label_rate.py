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


def test_tasks_and_labels_that_are_not_known() -> None:
    nan = float('nan')
    x = torch.eye(2)[torch.tensor([0, 0, 1, 1])]  # 0 and 1, 2 and 3 meet
    label = torch.tensor([[0, 0, nan], [0, 1, nan], [1, nan, 2], [1, 1, nan]])
    found = hardest_same_label_rate(x, label, [range(4)])
    assert found.size() == (1, 3)
    assert found[0, :2].tolist() == [1, 0] and found[0, 2].isnan()
    for task in range(3):
        alone = hardest_same_label_rate(x, label[:, task], [range(4)])
        assert alone.nan_to_num(-1).equal(found[:, task].nan_to_num(-1))
    assert hardest_same_label_rate(x, label, []).size() == (0, 3)


def test_bad_labels() -> None:
    with raises(ValueError, "'embedding' and 'label' must be of the same "
                'instances (got 6 and 5)'):
        hardest_same_label_rate(torch.eye(6), torch.arange(5), [[0, 1]])
    with raises(ValueError, "'label' must hold one class per instance, [N], "
                "or one per instance and task, [N, T] (got [6, 1, 1])"):
        hardest_same_label_rate(torch.eye(6), torch.zeros(6, 1, 1), [[0, 1]])
