import torch

from pyg_batchsampler import same_label_rate
from tests.helpers import make_generator, raises

BATCHES = [[0, 1, 2], [3, 4], [5, 6, 7, 8, 9], [0]]


def test_equals_loops_over_pairs() -> None:
    label = torch.randint(3, (10, 4), generator=make_generator()).float()
    label[:, 1] *= 0.3
    label[[2, 4, 5, 6, 8], [0, 0, 1, 1, 3]] = float('nan')
    label[:, 2] = float('nan')
    rate = same_label_rate(label, [torch.tensor(b) for b in BATCHES])
    assert rate.shape == (4, 4) and rate.dtype == torch.float
    for task in range(4):
        column = label[:, task]
        for i, batch in enumerate(BATCHES):
            same = [bool(column[a] == column[b]) for a in batch
                    for b in batch if a != b and not column[[a, b]].isnan(
                    ).any()]
            if same:
                assert abs(float(rate[i, task]) - sum(same) / len(same)) < 1e-6
            else:
                assert rate[i, task].isnan()
        alone = same_label_rate(column, BATCHES)
        assert torch.equal(alone.nan_to_num(-1), rate[:, task].nan_to_num(-1))


def test_integers() -> None:
    label = torch.tensor([5, 5, -1])
    assert same_label_rate(label, [[0, 1], [1, 2]]).tolist() == [1, 0]
    assert same_label_rate(label, []).shape == (0, )
    assert same_label_rate(label.view(3, 1), []).shape == (0, 1)
    assert same_label_rate(label, [[]]).isnan().all()


def test_bad_label() -> None:
    with raises(ValueError, "'label' must hold one class per instance, [N], "
                "or one per instance and task, [N, T] (got [10, 2, 1])"):
        same_label_rate(torch.zeros(10, 2, 1), BATCHES)


def test_what_it_is_given_is_checked() -> None:
    with raises(ValueError, "'batches' must hold instances in [0, 3) (got 3)"):
        same_label_rate(torch.zeros(3), [[0, 1], [2, 3]])
    with raises(TypeError, "'label' must be a tensor (got list). "
                "Convert it, e.g., with torch.as_tensor"):
        same_label_rate([0, 1], [])  # type: ignore[arg-type]
