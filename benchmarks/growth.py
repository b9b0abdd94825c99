r"""How does the cost grow with N, M, K, D and B?

FINDING (November 2026, 2 CPU cores)
Cost per instance hardly grows with N, 1.5x from a thousand times more. At
M = 1000, K = 100 the graph takes 3x its prediction: selection, which grows
with K, and what does not grow with M. A plan takes 11x: its halvings read at
random places, a cache line for every number, and rows are normalized.

Builds the graph and plans an exactly-once epoch for sizes around one setting,
one of them changed at a time, and sets the time per instance beside what the
machine could do: floating-point operations at the rate of a bare matrix
product of the same shapes, plus bytes at the rate of a copy in memory. Bytes
are those that cannot be avoided:

* graph: candidates gathered for a block of anchors, similarities written and
  read once, K neighbors and similarities written;
* plan: the embedding read once, and per halving a projection and a key, read
  and written. Trials, once per embedding, stand apart: the rows that they read
  do not grow with N. That of groups of four has no prediction.

N is varied at M = 256, K = 16, D = 64 (10 million in a file of float16), the
others at N = 100,000, M = 1000, K = 100, D = 128, B = 256.
"""

import time
from math import ceil, log2
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

import matplotlib
import pandas as pd
import torch
from tqdm import tqdm

from benchmarks.measure import parser, synchronize, write_json
from benchmarks.runs import write_table
from benchmarks.scale import Case, make_embedding
from pyg_batchsampler import ProximityBatchSampler, build_proximity_graph
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.search.candidates import MAX_BLOCK_SIZE

OUT = Path(__file__).parent / 'results'
ON_DISK = 5_000_000  # instances from which on they are read from a file
# Exactly-once epochs in mini-batches of a single group, as in the paper, and
# of groups of four.
WALK_SIZES = {'plan': None, 'groups': 4}


def cases(quick: bool) -> List[Case]:
    r"""Returns all sizes, named after what is varied."""
    if quick:
        base = Case('', 4000, 32, 200, 20, 64, False)
        small = base
        values: Dict[str, List[int]] = {'N': [2000, 4000], 'M': [100, 200],
                                        'K': [10, 20], 'D': [16, 32],
                                        'B': [32, 64]}
    else:
        base = Case('', 100_000, 128, 1000, 100, 256, False)
        small = Case('', 100_000, 64, 256, 16, 256, False)
        values = {'N': [10**4, 10**5, 10**6, 10**7],
                  'M': [125, 250, 500, 1000, 2000, 4000],
                  'K': [10, 25, 50, 100, 200, 400],
                  'D': [16, 32, 64, 128, 256, 512],
                  'B': [32, 64, 128, 256, 512, 1024]}
    field = {'N': 'num_instances', 'M': 'num_candidates',
             'K': 'num_neighbors', 'D': 'dim', 'B': 'batch_size'}
    out = []
    for name, row in values.items():
        for value in row:
            case = (small if name == 'N' else base)._asdict()
            case.update({'name': name, field[name]: value})
            case['num_neighbors'] = min(case['num_neighbors'],
                                        case['num_candidates'])
            case['is_on_disk'] = case['num_instances'] >= ON_DISK
            out.append(Case(**case))
    return out


def measure(case: Case, folder: Path, device: str) -> Dict[str, float]:
    r"""Returns seconds per instance, of plans once it is known how hard they
    shall be, and the seconds in all of the trials that tell."""
    n = case.num_instances
    x = make_embedding(case, folder, device)
    synchronize(device)
    generator = torch.Generator().manual_seed(0)
    begin = time.perf_counter()
    build_proximity_graph(x, num_candidates=case.num_candidates,
                          num_neighbors=case.num_neighbors,
                          generator=generator)
    synchronize(device)
    middle = time.perf_counter()
    out = dict(graph=(middle - begin) / n)
    for part, walk_size in WALK_SIZES.items():
        begin = time.perf_counter()
        sampler = ProximityBatchSampler(x, case.batch_size,
                                        walk_size=walk_size,
                                        num_candidates=case.num_candidates,
                                        num_neighbors=case.num_neighbors)
        sampler.plan(0)
        first = time.perf_counter()
        sampler.plan(1)
        end = time.perf_counter()
        out[part] = (end - first) / n
        out[f'{part}_trial'] = (first - begin) - (end - first)
    return out


def predicted(case: Case, copy: float, device: str) -> Dict[str, float]:
    r"""Returns seconds per instance by operations and bytes, given the
    seconds that a byte takes."""
    m, k, dim = case.num_candidates, case.num_neighbors, case.dim
    block = max(1, min((m + 1) // 4, MAX_BLOCK_SIZE))
    width = 2 if case.is_on_disk else 4
    graph_bytes = m * dim * (width + 4) / block + 8 * m + 8 * k
    levels = ceil(log2(max(2, case.num_instances / case.batch_size)))
    plan_bytes = width * dim + levels * (4 + 2 * 8)
    compare = m * seconds_per_product(block, m, dim, device)
    project = levels * seconds_per_product(2**14, levels, dim, device)
    return dict(predicted_graph=compare + graph_bytes * copy,
                predicted_plan=project + plan_bytes * copy)


def seconds_per_product(num_rows: int, num_columns: int, dim: int,
                        device: str) -> float:
    r"""Measures one inner product within a product of these shapes."""
    x = torch.randn(num_rows, dim, device=device)
    y = torch.randn(dim, num_columns, device=device)
    out, seconds = torch.empty(num_rows, num_columns, device=device), []
    repeats = 1 + 2**29 // (num_rows * num_columns * dim)
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(repeats):
            torch.mm(x, y, out=out)
        synchronize(device)
        seconds.append((time.perf_counter() - begin) / repeats)
    return median(seconds) / (num_rows * num_columns)


def seconds_per_byte(device: str) -> float:
    r"""Measures a copy within memory: a byte read and a byte written."""
    x = torch.empty(2**26, device=device)
    y, seconds = torch.zeros_like(x), []
    for _ in range(5):
        begin = time.perf_counter()
        x.copy_(y)
        synchronize(device)
        seconds.append(time.perf_counter() - begin)
    return min(seconds) / (2 * 4 * x.numel())


def value_of(case: Dict[str, Any]) -> int:
    r"""Returns the size that a case varies."""
    return int(case[{'N': 'num_instances', 'M': 'num_candidates',
                     'K': 'num_neighbors', 'D': 'dim',
                     'B': 'batch_size'}[case['name']]])


def draw(frame: 'pd.DataFrame', path: Path) -> None:
    r"""Draws measured and predicted microseconds over each size."""
    matplotlib.use('Agg')
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 5, figsize=(13, 3.3), sharey=True,
                                   layout='constrained')
    for axis, (name, rows) in zip(axes, frame.groupby('varied', sort=False)):
        for part, color in [('graph', 'C0'), ('plan', 'C1')]:
            axis.plot(rows['value'], 1e6 * rows[part], 'o-', color=color,
                      label=part)
            axis.plot(rows['value'], 1e6 * rows[f'predicted_{part}'], ':',
                      color=color, label=f'{part}, predicted')
        axis.set(xscale='log', yscale='log', xlabel=name)
        axis.set_xticks(rows['value'], [
            f'{value:.0e}'.replace('e+0', 'e') if value > 9999 else value
            for value in rows['value']], fontsize='small')
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0].set_ylabel('microseconds per instance')
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=4,
                  fontsize='small', loc='outside upper center')
    with written_whole(path) as file:
        figure.savefig(file, format='png', dpi=120)
    pyplot.close(figure)


def main() -> None:
    arguments = parser(__doc__, has_device=True)
    arguments.add_argument('--out', type=Path, default=OUT, metavar='DIR',
                           help='folder of table and plot')
    args = arguments.parse_args()
    rows: List[Dict[str, Any]] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        if args.quick:
            args.out = folder
        todo, copy = cases(args.quick), seconds_per_byte(args.device)
        measure(todo[0], folder, args.device)  # to warm up
        for case in tqdm(todo, unit='size', disable=args.quick):
            rounds = [measure(case, folder, args.device)
                      for _ in range(1 if case.is_on_disk else 3)]
            rows.append(dict(
                varied=case.name, value=value_of(case._asdict()),
                **{part: median(found[part] for found in rounds)
                   for part in rounds[0]},
                **predicted(case, copy, args.device)))
        frame = pd.DataFrame(rows)
        table = [['varied', 'value', 'graph', 'predicted', 'ratio', 'plan',
                  'predicted', 'ratio', 'trials, s', 'groups of 4',
                  'trials, s']]
        for row in rows:
            cells = [row['varied'], f'{row["value"]:,}']
            for part in ['graph', 'plan']:
                found, expected = row[part], row[f'predicted_{part}']
                cells += [f'{1e6 * found:.2f}', f'{1e6 * expected:.2f}',
                          f'{found / expected:.1f}']
            table.append([*cells, f'{row["plan_trial"]:.2f}',
                          f'{1e6 * row["groups"]:.2f}',
                          f'{row["groups_trial"]:.2f}'])
        print(write_table(args.out / 'growth', table))
        draw(frame, args.out / 'growth.png')
        write_json(args.json, dict(rows=rows))


if __name__ == '__main__':
    main()
