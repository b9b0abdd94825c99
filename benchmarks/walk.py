r"""How fast are the batches of an epoch drawn from a given graph?

FINDING (November 2026, 2 CPU cores)
All walks at once are 22 to 26x faster than step by step in NumPy (6 to 7x than
on nested lists). An exactly-once epoch of single groups is 12 to 14x faster
than the walks in NumPy, one of groups of 2 to 8 is 5 to 7x, of 32 5 to 6x
(that of 0.1.0, of single groups, 10 to 12x in the same runs). The first one of
an embedding takes twice as long as these walks, mostly for the part of a graph
that its trial walks see.

The contenders draw all N / B batches of an epoch (N = 20,000, B = 256,
restart 0.2) from the same proximity graph, in turns within one run:

* walks, all at once (`random_walk_with_restart`), the paper's of B instances
  and short ones of 4;
* an exactly-once epoch of groups of k, within 1,500 instances each, about as
  tight as walks are, and the first one of an embedding (`Proximity`), whose
  trial walks on a part of a graph of its own tell how tight that is;
* the step-by-step walk in Python, with NumPy's generator and neighbor arrays,
  as research code has it, and once more with the standard library's `random`
  on nested lists, about the fastest that Python does;
* the bare op, walks of a fixed length of 16, as many as there are batches
  times 64: the rate at which it makes steps.
"""

import random
from typing import Any, Callable, Dict, List

import numpy as np
import torch
from torch import Tensor

from benchmarks.measure import alternate, clustered, parser, table, write_json
from pyg_batchsampler.graph.build_proximity_graph import build_proximity_graph
from pyg_batchsampler.sampler.grouped_order import grouped_order
from pyg_batchsampler.sampler.proximity import Proximity
from pyg_batchsampler.sampler.strategy import Request
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.torch_cluster_ops import random_walk
from pyg_batchsampler.walk.random_walk_with_restart import \
    random_walk_with_restart

RESTART_PROB = 0.2
REACH = 1500.0  # instances that a group is chosen from


def numpy_walk(neighbor: 'np.ndarray[Any, Any]', start: int, batch_size: int,
               rng: np.random.Generator) -> List[int]:
    batch, seen, current = [start], {start}, start
    while len(batch) < batch_size:
        if rng.random() < RESTART_PROB:
            current = start
            continue
        row = neighbor[current]
        current = int(row[rng.integers(len(row))])
        if current not in seen:
            seen.add(current)
            batch.append(current)
    return batch


def list_walk(neighbor: List[List[int]], start: int, batch_size: int,
              rng: random.Random) -> List[int]:
    batch, seen, current = [start], {start}, start
    while len(batch) < batch_size:
        if rng.random() < RESTART_PROB:
            current = start
            continue
        current = rng.choice(neighbor[current])
        if current not in seen:
            seen.add(current)
            batch.append(current)
    return batch


def main() -> None:
    args = parser(__doc__).parse_args()
    n, m, k, batch_size, rounds = (4000, 400, 40, 128, 3) if args.quick else (
        20000, 1000, 100, 256, 7)
    x = clustered(n, 128)[0]
    generator = torch.Generator().manual_seed(0)
    graph = build_proximity_graph(x, num_candidates=m, num_neighbors=k,
                                  generator=generator)
    num_batches = -(-n // batch_size)
    start = torch.randperm(n, generator=generator)[:num_batches]
    array = graph.col.view(n, k).numpy()
    lists, starts = array.tolist(), start.tolist()
    rng, numpy_rng = random.Random(0), np.random.default_rng(0)
    long_start, col = start.repeat(64), graph.col.long()
    rows = UnitRows(x)

    def walks(size: int) -> Tensor:
        begin = start
        if size < batch_size:
            begin = torch.randint(n, (num_batches * batch_size // size, ),
                                  generator=generator)
        return random_walk_with_restart(graph, begin, size, RESTART_PROB,
                                        generator=generator)

    def exactly_once(walk_size: int) -> Callable[[], Any]:
        def plan() -> Tensor:
            remaining = torch.randperm(n, generator=generator)
            return grouped_order(rows, remaining, batch_size, walk_size, REACH,
                                 generator)
        return plan

    def first(walk_size: int) -> Callable[[], Any]:
        def plan() -> Tensor:
            order: Tensor = Proximity(
                walk_size=walk_size, num_candidates=m,
                num_neighbors=max(1, m // 50)).order(Request(
                    rows, n, torch.randperm(n, generator=generator),
                    batch_size, num_batches, 0, 0, generator, {}))
            return order
        return plan

    seconds: Dict[str, List[float]] = alternate(
        {
            'walks of B (this package)': lambda: walks(batch_size),
            'walks of 4 (this package)': lambda: walks(4),
            **{f'exactly-once epoch, k = {k}': exactly_once(k)
               for k in [2, 4, 8, 32, batch_size]},
            **{f'the first one, with trial walks, k = {k}': first(k)
               for k in [4, batch_size]},
            'step by step, NumPy': lambda: [
                numpy_walk(array, i, batch_size, numpy_rng) for i in starts],
            'step by step, lists': lambda: [
                list_walk(lists, i, batch_size, rng) for i in starts],
            'bare op, 64 x 16 steps a batch': lambda: random_walk(
                graph.rowptr, col, long_start, 16),
        }, rounds)
    print(f'N = {n}, M = {m}, K = {k}, B = {batch_size}, restart '
          f'{RESTART_PROB}, {torch.get_num_threads()} threads; '
          'milliseconds per batch')
    unit = num_batches / 1000
    for reference in ['step by step, NumPy', 'step by step, lists']:
        print(f'\nratios to: {reference}')
        print(table(seconds, reference, 1 / 1000 * num_batches))
    write_json(args.json, {
        'size': dict(N=n, M=m, K=k, B=batch_size),
        'milliseconds_per_batch': {
            name: [value / unit for value in values]
            for name, values in seconds.items()
        },
    })


if __name__ == '__main__':
    main()
