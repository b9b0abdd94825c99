import pytest
import torch

from pyg_batchsampler.sampler.grouped_order import grouped_order
from pyg_batchsampler.sampler.match_reach import match_reach
from pyg_batchsampler.similarity.top_similarity import top_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator


@pytest.mark.parametrize('n', [2000, 20000])  # trials on all and on some
@pytest.mark.parametrize('group_size', [4, 50])
def test_hits_what_is_asked_for(n: int, group_size: int) -> None:
    x = UnitRows(clustered(n, 32)[0])
    remaining = torch.randperm(n, generator=make_generator())
    uniform = float(top_similarity(x, remaining.view(-1, 100)).mean())
    for wanted in [0.05, 0.08]:
        found = torch.stack([top_similarity(x, grouped_order(
            x, remaining, 100, group_size,
            match_reach(x, 100, group_size, uniform + wanted, 500, seed),
            make_generator(seed)).view(-1, 100)).mean() for seed in range(6)])
        share = (found - uniform) / wanted
        assert 0.9 < share.mean() < 1.1
        assert 0.7 < share.min() and share.max() < 1.3


def test_out_of_reach() -> None:
    x = UnitRows(clustered(500, 8)[0])
    assert 499 < match_reach(x, 50, 5, 2.0, 100, seed=0) < 501
    assert 5 <= match_reach(x, 50, 5, -1.0, 100, seed=0) < 10


def test_nothing_to_choose() -> None:
    x = UnitRows(torch.ones(40, 3))
    assert 4 <= match_reach(x, 40, 4, 1.0, 100, seed=0) <= 40.1
