r"""How fast are the batches of an epoch drawn from a given graph?

FINDING (November 2026, 2 CPU cores)
All walks at once are 20 to 29x faster than step by step in NumPy (6 to 8x than
on nested lists). An exactly-once epoch is 10x faster than the walks in NumPy
(9.6 to 12x over runs), the first one of an embedding 5 to 6x.

The contenders draw all N / B batches of an epoch (N = 20,000, B = 256,
restart 0.2) from the same proximity graph, in turns within one run:

* the paper's walks, all at once (`random_walk_with_restart`);
* an exactly-once epoch (`ProximityBatchSampler`), and the first one of an
  embedding, whose trial walks tell how hard walks are;
* an exactly-once epoch of groups of 4 (`walk_size=4`), given its noise;
* the step-by-step walk in Python, with NumPy's generator and neighbor arrays,
  as research code has it, and once more with the standard library's `random`
  on nested lists, about the fastest that Python does;
* the bare op, walks of a fixed length of 16, as many as there are batches
  times 64: the rate at which it makes steps.
"""

import random
from typing import Any, Dict, List

import numpy as np
import torch
from torch import Tensor

from benchmarks.measure import alternate, clustered, parser, table, write_json
from pyg_batchsampler.graph.build_proximity_graph import build_proximity_graph
from pyg_batchsampler.sampler.matched_order import matched_order
from pyg_batchsampler.sampler.proximity import NUM_TRIAL_WALKS
from pyg_batchsampler.sampler.walk_groups import grouped_order
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.torch_cluster_ops import random_walk
from pyg_batchsampler.walk.random_walk_with_restart import \
    random_walk_with_restart

RESTART_PROB = 0.2


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

    def walks(start: Tensor) -> Tensor:
        return random_walk_with_restart(graph, start, batch_size,
                                        RESTART_PROB, generator=generator)

    def trial() -> float:
        batch = walks(start[torch.arange(NUM_TRIAL_WALKS) % num_batches])
        return float(mean_similarity(x, batch).mean() - mean_similarity(x))

    def exactly_once(hardness: float) -> Tensor:
        remaining = torch.randperm(n, generator=generator)
        return matched_order(rows, remaining, batch_size, hardness, generator)

    def groups() -> Tensor:
        remaining = torch.randperm(n, generator=generator)
        return grouped_order(rows, remaining, batch_size, 4, noise, generator)

    known, noise = trial(), 0.4

    seconds: Dict[str, List[float]] = alternate(
        {
            'walks (this package)': lambda: walks(start),
            'exactly-once epoch (this package)': lambda: exactly_once(known),
            'the first one, with trial walks': lambda: exactly_once(trial()),
            'exactly-once epoch, groups of 4': groups,
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
