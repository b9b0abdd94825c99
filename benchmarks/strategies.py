r"""What do mini-batches of every strategy cost, and what are they like?

FINDING (December 2026, 2 CPU cores)
At N = 100,000 groups of 4 take 0.1 s, chains 1.4 s, k-means 5 s, bandwidth
96 s, and METIS more. Chains are the hardest that keep most of the spread
(0.87; top-1 of .74, groups of 4 .60 with .98); k-means, kNN and bandwidth
leave a third of it. All of them find negatives of the same cluster.

Clustered vectors (100 centres), D = 64, B = 64, every strategy at its
defaults. Processor seconds of the first plan of an embedding and of a later
one, which count all threads and hold on a busy machine, and what the
mini-batches of the first epoch are like. `bandwidth` compares everyone with
everyone in every plan, `partition` in the first one.
"""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict

from benchmarks.fill import fill
from benchmarks.measure import clustered, parser, write_json
from benchmarks.runs import TOP, Table, write_table
from pyg_batchsampler import StrategyBatchSampler, report_batches
from pyg_batchsampler.experiments.rows import matching, read_rows

OUT = Path(__file__).parent / 'results'
SIZES = [1_000, 4_000, 20_000, 100_000]
DIM, BATCH_SIZE = 64, 64
CONTENDERS: Dict[str, Dict[str, Any]] = {
    'uniform': dict(strategy='uniform'),
    'proximity, groups of 4': dict(strategy='proximity'),
    'proximity, single groups': dict(strategy='proximity', walk_size=None),
    "proximity, the paper's walks": dict(strategy='proximity', walk_size=None,
                                         replacement=True),
    'chain': dict(strategy='chain'),
    'kmeans': dict(strategy='kmeans'),
    'bandwidth': dict(strategy='bandwidth'),
    'partition': dict(strategy='partition'),
    'knn': dict(strategy='knn'),
}
MEASURES = {'first_plan': 'first plan, s', 'later_plan': 'later plan, s',
            TOP: 'top-1', 'similarity': 'mean', 'spread': 'spread',
            'hardest_same_label_rate': 'top same', 'same_label_rate': 'same'}


def measure(name: str, num_instances: int) -> Dict[str, Any]:
    r"""Plans two epochs; returns a row of the results."""
    x, label = clustered(num_instances, DIM)
    options = dict(CONTENDERS[name])
    list(StrategyBatchSampler(x[:500].clone(), BATCH_SIZE,
                              **options))  # compiles
    sampler = StrategyBatchSampler(x, BATCH_SIZE, **options)
    seconds, batches = [], []
    for _ in range(2):
        start = time.process_time()
        batches.append(list(sampler))
        seconds.append(time.process_time() - start)
    full = [batch for batch in batches[0] if len(batch) == BATCH_SIZE]
    return dict(first_plan=f'{seconds[0]:.3g}', later_plan=f'{seconds[1]:.3g}',
                **{key: f'{value:.4f}' for key, value in
                   report_batches(full, x, label).means().items()})


def report(out: Path) -> str:
    r"""Makes the table anew from the rows."""
    frame = read_rows(out / 'strategies' / 'results.csv')
    if frame.empty:
        raise ValueError(f'no rows in {out}. Run without --report first')
    table: Table = [['N', 'strategy', *MEASURES.values()]]
    for size in sorted(map(int, frame['num_instances'].unique())):
        for name in CONTENDERS:
            rows = matching(frame, dict(strategy=name, num_instances=size))
            for row in rows.to_dict('records'):
                table.append([str(size), name, *(
                    f'{float(row[key]):.2g}' if key.endswith('plan') else
                    f'{float(row[key]):.3f}' for key in MEASURES)])
    return write_table(out / 'strategies', table)


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--sizes', type=int, nargs='+', default=SIZES,
                           metavar='N', help='instances')
    arguments.add_argument('--kinds', nargs='+', default=list(CONTENDERS),
                           choices=list(CONTENDERS), metavar='KIND',
                           help='strategies: ' + '; '.join(CONTENDERS))
    arguments.add_argument('--out', type=Path, default=OUT, metavar='DIR',
                           help='folder of the rows')
    arguments.add_argument('--report', action='store_true',
                           help='only make the table anew')
    args = arguments.parse_args()
    with TemporaryDirectory() as folder:
        if args.quick:
            args.sizes, args.out = [1000], Path(folder)
        if not args.report:
            fill(args.out / 'strategies' / 'results.csv', [
                (dict(strategy=name, num_instances=size),
                 partial(measure, name, size))
                for size in args.sizes for name in args.kinds],
                 desc='strategies')
        print(report(args.out))
        write_json(args.json, dict(rows=read_rows(
            args.out / 'strategies' / 'results.csv').to_dict('records')))


if __name__ == '__main__':
    main()
