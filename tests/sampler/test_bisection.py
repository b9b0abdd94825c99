import pytest
import torch

from pyg_batchsampler.sampler.bisection import bisect, num_levels
from pyg_batchsampler.sampler.matched_order import matched_order
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator


@pytest.mark.parametrize('cut', [[0, 5, 10, 15, 17], [0, 8, 16, 17],
                                 [0, 9, 17]])
def test_a_line_is_cut_in_order(cut: 'list[int]') -> None:
    x = torch.randperm(17, generator=make_generator()).float()
    levels = num_levels(len(cut) - 1)
    order = bisect(x.repeat(levels, 1, 1), torch.arange(17),
                   torch.tensor(cut), noise_scale=0.0, seed=0)
    parts = [set(x[order[a:b]].tolist()) for a, b in zip(cut, cut[1:])]
    assert parts == [set(map(float, range(a, b)))
                     for a, b in zip(cut, cut[1:])]


def test_noise_softens() -> None:
    x, _ = clustered(1024, 16, num_centres=10)
    score = (x[:6] - x[6:12]) @ x.t()
    found = []
    for noise in [0.0, 1.0, 3.0, 1000.0]:
        order = bisect(score.view(6, 1, -1), torch.arange(1024),
                       torch.arange(65) * 16, noise, seed=0)
        found.append(float(mean_similarity(x, order.view(64, 16)).mean()))
    assert found == sorted(found, reverse=True)
    assert abs(found[-1] - float(mean_similarity(x))) < 0.02


@pytest.mark.parametrize('n', [3000, 20000])  # trials on all and on some
def test_hits_the_hardness_asked_for(n: int) -> None:
    x, _ = clustered(n, 32)
    remaining = torch.randperm(n, generator=make_generator())
    for hardness in [0.01, 0.03, 0.06]:
        order = matched_order(UnitRows(x), remaining, 100, hardness,
                              make_generator())
        assert order.sort().values.equal(torch.arange(n))
        found = float(mean_similarity(x, order.view(-1, 100)).mean()
                      - mean_similarity(x))
        assert 0.8 < found / hardness < 1.25


def test_part_of_the_instances() -> None:
    x, _ = clustered(300, 8)
    remaining = torch.arange(50, 300)
    order = matched_order(UnitRows(x), remaining, 60, 0.1, make_generator())
    assert order.sort().values.equal(remaining)


def test_threads_do_not_matter() -> None:
    x, _ = clustered(60000, 8)
    run = [matched_order(UnitRows(x), torch.arange(60000), 100, 0.1,
                         make_generator())]
    num_threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        run.append(matched_order(UnitRows(x), torch.arange(60000), 100, 0.1,
                                 make_generator()))
    finally:
        torch.set_num_threads(num_threads)
    assert run[0].equal(run[1])


@pytest.mark.parametrize('noise', [0.0, 2.0])
def test_equal_scores(noise: float) -> None:
    order = bisect(torch.zeros(3, 2, 5000), torch.arange(5000),
                   torch.arange(6) * 1000, noise, seed=0)
    assert order.sort().values.equal(torch.arange(5000))
