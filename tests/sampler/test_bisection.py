import pytest
import torch

from pyg_batchsampler.sampler.bisection import bisect, num_levels
from tests.helpers import make_generator


@pytest.mark.parametrize('cut', [[0, 5, 10, 15, 17], [0, 8, 16, 17],
                                 [0, 9, 17]])
def test_a_line_is_cut_in_order(cut: 'list[int]') -> None:
    x = torch.randperm(17, generator=make_generator()).float()
    levels = num_levels(len(cut) - 1)
    order = bisect(x.repeat(levels, 1, 1), torch.arange(17),
                   torch.tensor(cut), len(cut) - 1)
    parts = [set(x[order[a:b]].tolist()) for a, b in zip(cut, cut[1:])]
    assert parts == [set(map(float, range(a, b)))
                     for a, b in zip(cut, cut[1:])]


def test_parts_are_cut_apart() -> None:
    x = torch.arange(12).flip(0).float()
    order = bisect(x.repeat(1, 1, 1), torch.arange(12),
                   torch.tensor([0, 4, 8, 8, 12]), 2)
    parts = [set(order[a:b].tolist()) for a, b in [(0, 4), (4, 8), (8, 12)]]
    assert parts == [{4, 5, 6, 7}, {0, 1, 2, 3}, {8, 9, 10, 11}]


def test_the_direction_of_largest_spread_decides() -> None:
    score = torch.stack([torch.arange(8.0) % 2, torch.arange(8.0)]).view(
        1, 2, 8)
    order = bisect(score, torch.arange(8), torch.tensor([0, 4, 8]), 2)
    assert set(order[:4].tolist()) == {0, 1, 2, 3}


def test_equal_scores_stay_in_random_order() -> None:
    instance = torch.randperm(5000, generator=make_generator())
    order = bisect(torch.zeros(3, 2, 5000), instance,
                   torch.arange(6) * 1000, 5)
    assert order.sort().values.equal(torch.arange(5000))
    assert 2200 < float(order[:1000].float().mean()) < 2800
