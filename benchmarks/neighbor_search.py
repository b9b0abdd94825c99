r"""Which neighbor search for the exact nearest-neighbor graph?

FINDING (November 2026, 2 CPU cores)
At N = 100,000 faiss' IVF takes 3.6 s for a recall of 0.98, pynndescent 5.0 s
for 0.99, HNSW 6.8 s for 0.95, and the exact searches 14 s (faiss_flat) and
20 s (dense). At a million pynndescent takes 89 s for 0.83, IVF 421 s for 1.00,
HNSW 425 s for 0.92, the exact ones 23 and 68 minutes. At 20,000 all but
torch_cluster (63 s) and pynndescent (it compiles) are done within a second.

Clustered vectors, D = 128, M = N - 1, K = 30. Each search builds the graph in
a process of its own, after a small one to warm up. Approximate searches get
all instances; exact ones 10,000 queries beyond 100,000 instances, scaled. The
recall is that of the graph, by an exact search for 1,000 other instances.
Processor seconds count all threads, and hold on a busy machine.
"""

import multiprocessing
import resource
import time
import warnings
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

import pandas as pd
import torch

from benchmarks.fill import fill
from benchmarks.measure import clustered, parser, synchronize, write_json
from benchmarks.runs import write_table
from pyg_batchsampler import build_proximity_graph, measure_recall
from pyg_batchsampler.experiments.rows import matching, read_rows
from pyg_batchsampler.graph.approximate_search import APPROXIMATE
from pyg_batchsampler.graph.build_proximity_graph import BACKENDS
from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.similarity.unit_rows import UnitRows

OUT = Path(__file__).parent / 'results' / 'neighbor_search'
SIZES = [20_000, 100_000, 1_000_000]
DIM, NUM_NEIGHBORS = 128, 30
NUM_QUERIES = 10_000  # of exact searches ...
FULL = 100_000  # ... beyond these sizes
LARGEST = dict(torch_cluster=20_000)  # its KD-tree visits all in 128-D


def measure(backend: str, num_instances: int, min_recall: float,
            num_threads: int, device: str) -> Dict[str, Any]:
    r"""Builds one graph; returns a row of the results."""
    torch.set_num_threads(num_threads)
    warnings.filterwarnings('ignore', 'backend .* finds')
    x = clustered(num_instances, DIM)[0].to(device)
    build(backend, x[:1000].clone(), min_recall)
    queries = num_instances
    if backend not in APPROXIMATE and num_instances > FULL:
        queries = NUM_QUERIES
    synchronize(device)
    wall, cpu = time.perf_counter(), time.process_time()
    if queries < num_instances:
        search_some(backend, x, queries)
    else:
        graph = build(backend, x, min_recall)
    synchronize(device)
    scale = num_instances / queries
    wall = (time.perf_counter() - wall) * scale
    cpu = (time.process_time() - cpu) * scale
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    recall = 1.0 if queries < num_instances else measure_recall(
        graph, x, generator=torch.Generator().manual_seed(1))
    return dict(num_instances=num_instances, backend=backend, device=device,
                min_recall=min_recall, threads=num_threads, queries=queries,
                seconds=f'{wall:.4g}', cpu_seconds=f'{cpu:.4g}',
                recall=f'{recall:.4f}', peak_gib=f'{peak:.2f}')


def in_own_process(*args: Any) -> Dict[str, Any]:
    r"""Does the same in a new process, whose peak memory is its own."""
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return pool.apply(measure, args)


def build(backend: str, x: torch.Tensor, min_recall: float) -> Any:
    return build_proximity_graph(
        x, num_candidates=x.size(0) - 1, num_neighbors=NUM_NEIGHBORS,
        backend=backend, min_recall=min_recall,
        generator=torch.Generator().manual_seed(0))


def search_some(backend: str, x: torch.Tensor, num_queries: int) -> None:
    r"""Searches for the first instances only."""
    query = torch.arange(num_queries, dtype=torch.int)
    everyone = torch.arange(x.size(0), dtype=torch.int)
    blocks = CandidateBlocks(query, everyone.view(1, -1), query, num_queries,
                             query)
    BACKENDS[backend](UnitRows(x), blocks, NUM_NEIGHBORS)


def as_table(frame: 'pd.DataFrame', device: str,
             min_recall: float) -> List[List[str]]:
    r"""Returns seconds (of all threads in parentheses), recall and peak
    memory side by side, a row per search, of those asked for that recall."""
    frame = matching(frame, dict(device=device, min_recall=min_recall))
    sizes = sorted({int(n) for n in frame['num_instances']})
    rows = [['search'] + [f'N = {n:,}' for n in sizes]]
    for backend in sorted({*frame['backend']}):
        cells = []
        for n in sizes:
            found = matching(frame, dict(backend=backend, num_instances=n))
            cells.append('–' if found.empty else cell(found.iloc[-1]))
        rows.append([backend, *cells])
    return rows


def cell(row: 'pd.Series[str]') -> str:
    scaled = ', scaled' if row['queries'] != row['num_instances'] else ''
    wall, cpu, recall, peak = (float(row[name]) for name in [
        'seconds', 'cpu_seconds', 'recall', 'peak_gib'])
    return (f'{wall:.3g} s ({cpu:.3g}{scaled}), recall {recall:.3f}, '
            f'{peak:.1f} GiB')


def main() -> None:
    arguments = parser(__doc__, has_device=True)
    arguments.add_argument('--sizes', nargs='+', type=int, metavar='N')
    arguments.add_argument('--searches', nargs='+', metavar='NAME',
                           default=sorted([*BACKENDS, *APPROXIMATE]))
    arguments.add_argument('--min-recall', type=float, default=0.9,
                           metavar='X', help='recall that is asked for')
    arguments.add_argument('--out', type=Path, default=OUT, metavar='DIR',
                           help='folder of the rows')
    args = arguments.parse_args()
    run: Any = in_own_process
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, run = Path(folder), measure
        rows = args.out / 'results.csv'
        fill(rows, [
            (dict(num_instances=n, backend=backend, device=args.device,
                  min_recall=args.min_recall),
             partial(run, backend, n, args.min_recall,
                     torch.get_num_threads(), args.device))
            for n in args.sizes or ([2000] if args.quick else SIZES)
            for backend in args.searches if n <= LARGEST.get(backend, n)])
        frame = read_rows(rows)
        print(write_table(args.out / 'table',
                          as_table(frame, args.device, args.min_recall)))
        write_json(args.json, dict(rows=frame.to_dict('records')))


if __name__ == '__main__':
    main()
