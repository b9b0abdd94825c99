from itertools import combinations

import torch

from pyg_batchsampler.report import same_label_rate, uniform_same_label_rate


def test_is_the_mean_over_all_batches() -> None:
    label = torch.tensor([0, 0, 0, 1, 1, 2])
    for batch_size in (2, 3, 6):
        batches = list(combinations(range(6), batch_size))
        mean = same_label_rate(label, batches).mean()
        assert torch.allclose(uniform_same_label_rate(label), mean)
    assert abs(float(uniform_same_label_rate(label)) - 8 / 30) < 1e-7


def test_unknown_labels() -> None:
    nan = float('nan')
    label = torch.tensor([[1, nan], [1, nan], [0, nan], [nan, nan], [1, 0]])
    rate = uniform_same_label_rate(label)
    batches = list(combinations(range(5), 3))
    mean = same_label_rate(label[:, 0], batches).nanmean()
    assert torch.allclose(rate[0], mean)
    assert float(rate[0]) == 0.5 and rate[1].isnan()


def test_one_instance() -> None:
    assert uniform_same_label_rate(torch.tensor([3])).isnan()
