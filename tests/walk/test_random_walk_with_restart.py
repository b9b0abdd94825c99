import random
from collections import Counter
from typing import Any, List, Optional, Tuple

import numpy as np
import pytest
import torch
from torch import Tensor

from pyg_batchsampler import (ProximityGraph, build_proximity_graph,
                              random_walk_with_restart)
from pyg_batchsampler.walk.random_walk_with_restart import WALKS
from tests.helpers import make_generator, raises, untouched_random_state

both_backends = pytest.mark.parametrize('backend', sorted(WALKS))


def graph_of(neighbors: List[List[int]]) -> ProximityGraph:
    degree = torch.tensor([0] + [len(row) for row in neighbors])
    col = [j for row in neighbors for j in row]
    return ProximityGraph(degree.cumsum(0), torch.tensor(col).long())


RING = [[(i + 1) % 3] for i in range(3)]
TWO_TRIANGLES = [[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]]
SMALL = [[1, 2], [2, 3, 4], [0, 4], [], [1, 5], [0]]


def walk(neighbors: List[List[int]], start: List[int], batch_size: int,
         restart_prob: float = 0.2, **kwargs: Any) -> List[List[int]]:
    return random_walk_with_restart(graph_of(neighbors), torch.tensor(start),
                                    batch_size, restart_prob,
                                    **kwargs).tolist()


def step_by_step(neighbors: List[List[int]], start: int, batch_size: int,
                 restart_prob: float, max_steps: int,
                 rng: random.Random) -> Tuple[int, ...]:
    r"""The paper's walk, as a loop."""
    batch, current = [start], start
    for _ in range(max_steps):
        if len(batch) == batch_size:
            break
        if rng.random() < restart_prob:
            current = start
        elif neighbors[current]:
            current = rng.choice(neighbors[current])
        if current not in batch:
            batch.append(current)
    return tuple(batch + [-1] * (batch_size - len(batch)))


def total_variation(first: 'Counter[Any]', second: 'Counter[Any]') -> float:
    n, m = sum(first.values()), sum(second.values())
    return sum(abs(first[key] / n - second[key] / m)
               for key in {*first, *second}) / 2


@pytest.mark.parametrize('restart_prob', [0.0, 0.2, 0.7])
@pytest.mark.parametrize('max_steps', [4, None])
@both_backends
def test_equals_step_by_step_in_distribution(
        backend: str, max_steps: Optional[int], restart_prob: float) -> None:
    num_walks, size = 8000, 4
    out = random_walk_with_restart(
        graph_of(SMALL), torch.zeros(num_walks, dtype=torch.long), size,
        restart_prob, max_steps=max_steps, backend=backend,
        generator=make_generator())
    rng = random.Random(0)
    oracle = [step_by_step(SMALL, 0, size, restart_prob,
                           max_steps or 50 * size, rng)
              for _ in range(3 * num_walks)]
    # The distance of two samples of the oracle is what chance alone makes.
    parts = [Counter(oracle[i::3]) for i in range(3)]
    noise = max(total_variation(parts[0], parts[1]),
                total_variation(parts[0], parts[2]),
                total_variation(parts[1], parts[2]))
    ours = Counter(tuple(row) for row in out.tolist())
    assert total_variation(ours, parts[0]) < 1.7 * noise + 0.005


@both_backends
def test_many_rounds_equal_step_by_step(backend: str) -> None:
    r"""Long walks on a ring, which take several rounds of steps."""
    ring = [[(i + 1) % 40] for i in range(40)]
    out = random_walk_with_restart(
        graph_of(ring), torch.zeros(4000, dtype=torch.long), 12, 0.25,
        max_steps=150, backend=backend, generator=make_generator())
    rng = random.Random(0)
    oracle = [step_by_step(ring, 0, 12, 0.25, 150, rng) for _ in range(12000)]
    length = [Counter(sum(i >= 0 for i in row) for row in rows)
              for rows in [out.tolist(), oracle[::3], oracle[1::3]]]
    noise = total_variation(length[1], length[2])
    assert total_variation(length[0], length[1]) < 2 * noise + 0.02


@both_backends
def test_ring(backend: str) -> None:
    out = walk(RING, [0, 2], 3, 0.0, backend=backend)
    assert out == [[0, 1, 2], [2, 0, 1]]


@both_backends
def test_two_triangles(backend: str) -> None:
    out = walk(TWO_TRIANGLES, [0, 4], 6, backend=backend)
    assert [sorted(row) for row in out] == [[-1, -1, -1, 0, 1, 2],
                                            [-1, -1, -1, 3, 4, 5]]


@both_backends
def test_sinks_without_restart(backend: str) -> None:
    out = walk([[1], [], []], [0, 1, 2], 3, 0.0, backend=backend)
    assert out == [[0, 1, -1], [1, -1, -1], [2, -1, -1]]


@both_backends
def test_long_ring_is_given_up(backend: str) -> None:
    ring = [[(i + 1) % 1000] for i in range(1000)]
    out = torch.tensor(walk(ring, [5, 700], 128, backend=backend))
    assert bool((out >= 0).any(dim=1).all()) and bool((out < 0).any())
    for row in out:
        row = row[row >= 0]
        assert row.equal((row[0] + torch.arange(row.numel())) % 1000)


@both_backends
def test_fewer_instances_than_wanted(backend: str) -> None:
    out = walk(RING, [1], 5, backend=backend)
    assert sorted(out[0]) == [-1, -1, 0, 1, 2] and out[0][0] == 1


@both_backends
def test_single_instance_and_no_starts(backend: str) -> None:
    assert walk([[]], [0], 3, backend=backend) == [[0, -1, -1]]
    none = torch.empty(0, dtype=torch.long)
    assert random_walk_with_restart(graph_of(RING), none, 2,
                                    backend=backend).size() == (0, 2)


@both_backends
def test_no_steps(backend: str) -> None:
    assert walk(RING, [1], 3, max_steps=0, backend=backend) == [[1, -1, -1]]


@both_backends
def test_loops_and_repeated_edges(backend: str) -> None:
    assert walk([[0, 0, 1], [1]], [0], 2, backend=backend) == [[0, 1]]


@both_backends
def test_seeded_and_global_state(backend: str) -> None:
    graph = build_proximity_graph(torch.randn(60, 4))
    start = torch.arange(5)

    def run(seed: Optional[int]) -> Tensor:
        generator = None if seed is None else make_generator(seed)
        return random_walk_with_restart(graph, start, 20, backend=backend,
                                        generator=generator)

    with untouched_random_state():
        assert run(0).equal(run(0))
        assert not run(0).equal(run(1))
    torch.manual_seed(0)
    first = run(None)
    assert not first.equal(run(None))
    torch.manual_seed(0)
    assert first.equal(run(None))


@pytest.mark.parametrize('start,message', [
    (torch.tensor([0, 3]), "'start' must lie in [0, 3) (got 3)"),
    (torch.tensor([-1]), "'start' must lie in [0, 3) (got -1)"),
    (torch.tensor([0.0]), "'start' must be a vector of torch.long (got [1] of "
     "torch.float32)"),
    (torch.tensor(1), "'start' must be a vector of torch.long (got [] of "
     "torch.int64)"),
])
def test_bad_start(start: Tensor, message: str) -> None:
    with raises(ValueError, message):
        random_walk_with_restart(graph_of(RING), start, 2)


@pytest.mark.parametrize('start,kind,value', [
    (2, 'int', '[2]'), (np.int64(2), 'int64', '[2]'),
    ([0, 2], 'list', 'start'), (np.array([0, 2]), 'ndarray', 'start')])
def test_start_that_is_no_tensor(start: Any, kind: str, value: str) -> None:
    with raises(TypeError, "'start' must be a vector of torch.long (got "
                f"{kind}). Pass torch.tensor({value})"):
        random_walk_with_restart(graph_of(RING), start, 2)
    start = eval(f'torch.tensor({value})', {'torch': torch, 'start': start})
    steps: Any = torch.tensor(100)
    out = random_walk_with_restart(graph_of(RING), start, np.int64(2),
                                   max_steps=steps)
    assert out[:, 0].equal(start)


def test_bad_values() -> None:
    with raises(ValueError, "'restart_prob' must lie in [0, 1) (got 1.0)"):
        walk(RING, [0], 2, 1.0)
    with raises(ValueError, "'batch_size' must be at least 1 (got 0)"):
        walk(RING, [0], 0)
    with raises(ValueError, "'max_steps' must be at least 0 (got -1)"):
        walk(RING, [0], 2, max_steps=-1)
