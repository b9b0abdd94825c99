import pytest
import torch

from pyg_batchsampler import (ProximityGraph, build_proximity_graph,
                              measure_recall)
from tests.helpers import make_generator, raises, untouched_random_state

# On a line of angles 0 to 4, whose gaps grow: the nearest of i is i - 1.
ANGLE = torch.tensor([0.0, 0.1, 0.3, 0.6, 1.0])
LINE = torch.stack([ANGLE.cos(), ANGLE.sin()], dim=1)


def recall_of(*neighbor: 'list[int]') -> float:
    rowptr = torch.tensor([0, *(len(row) for row in neighbor)]).cumsum(0)
    col = torch.tensor([j for row in neighbor for j in row])
    return measure_recall(ProximityGraph(rowptr, col.long()), LINE)


def test_exact_cases() -> None:
    assert recall_of([1], [0], [1], [2], [3]) == 1
    assert recall_of([2], [0], [1], [2], [3]) == pytest.approx(4 / 5)
    assert recall_of([1, 4], [0], [], [], []) == pytest.approx(2 / 3)
    assert recall_of([1, 1], [], [], [], []) == 0.5  # found once
    assert recall_of([0, 1], [], [], [], []) == 0.5  # itself is no neighbor
    assert recall_of([1, 2, 3, 4, 1, 0], [], [], [], []) == 1


def test_ties_count() -> None:
    graph = ProximityGraph.from_neighbors(torch.tensor([[3], [0], [1], [0]]))
    assert measure_recall(graph, torch.ones(4, 3)) == 1


def test_candidates_are_a_share_of_the_nearest() -> None:
    r"""A near one is in the graph if it is a candidate, M in N - 1 times."""
    n, m, k = 400, 100, 5
    x = torch.randn(n, 8, generator=make_generator())
    recall = torch.tensor([
        measure_recall(
            build_proximity_graph(x, num_candidates=m, num_neighbors=k,
                                  generator=make_generator(seed)), x)
        for seed in range(10)
    ])
    error = float(recall.std()) / 10**0.5
    assert abs(float(recall.mean()) - m / (n - 1)) < 4 * error


def test_sample_and_global_state() -> None:
    x = torch.randn(300, 8, generator=make_generator())
    graph = build_proximity_graph(x, num_candidates=150, num_neighbors=5,
                                  generator=make_generator())
    with untouched_random_state():
        some = [measure_recall(graph, x, num_queries=100,
                               generator=make_generator(seed))
                for seed in [0, 0, 1, 2, 3]]
    assert some[0] == some[1] and len({*some}) > 1


def test_bad_values() -> None:
    graph = ProximityGraph.from_neighbors(torch.tensor([[1], [0]]))
    with raises(ValueError, "'embedding' must have one row per instance, 2 "
                "(got 5)"):
        measure_recall(graph, LINE)
    with raises(ValueError, "'num_queries' must be at least 1 (got 0)"):
        measure_recall(graph, LINE[:2], num_queries=0)
    with raises(ValueError, "'graph' must have edges to be measured (got "
                "none)"):
        recall_of([], [], [], [], [])
