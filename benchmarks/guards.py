r"""What keeps hard mini-batches from being full of false negatives, without
labels?

FINDING (November 2026, 2 CPU cores)
On digits, leaving out the tenth of the pairs that are most similar gains 0.8 ±
0.6 points with uniform mini-batches and 0.4 ± 1.1 with hard ones; same-class
pairs left out gain 1.4 ± 1.1 with either. On ENZYMES nothing differs by more
than noise. Tables: benchmarks/results/{guards,norm}/*.md, which `--report`
makes anew from the rows.

Trains GraphCL on digits and ENZYMES, sets that the paper's table does not
hold, with uniform mini-batches and with hard ones under several guards, and
reports hardness, same-label rate and accuracy of each. The labels row is no
guard but shows what a perfect one would give.

    python -m benchmarks.guards --norm renorm

does so with encoders whose normalization leaves mini-batches as hard as they
were planned, in benchmarks/results/norm.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict

import pandas as pd

from benchmarks.measure import write_json
from benchmarks.runs import (GROUPS, PAPER, TOP, Cell, Kinds, Table, accuracy,
                             as_json, cell_of, compared, mean_and_std,
                             mean_text, rows_in, run_cells, runs_of,
                             table_parser, without_empty, write_table)
from pyg_batchsampler.cli.value_of import value_of
from pyg_batchsampler.nn.gin_encoder import NORMS

OUT = Path(__file__).parent / 'results' / 'guards'
NORM_OUT = OUT.with_name('norm')  # of other normalizations
DATASETS = ['digits', 'ENZYMES']
SETTINGS: Dict[str, Any] = dict(
    norm='batch', epochs=20, batch_size=128, lr=0.01, temperature=0.2,
    augmentations='node_dropping,subgraph', augmentation_ratio=0.1,
    augmented_views=1, probe='linear')
SIMILAR = dict(PAPER, false_negatives='similar')
SHARED = dict(PAPER, false_negatives='shared_neighbors')
LABELS = dict(false_negatives='labels')
ROWS: Kinds = {
    'uniform': ('uniform', {}),
    'hard, exactly once': ('proximity', PAPER),
    'hard, walks': ('proximity', dict(PAPER, replacement=True)),
    'groups of 4': ('proximity', GROUPS),
    'softer: K / M = 0.2': ('proximity', dict(PAPER, neighbor_ratio=0.2)),
    'softer: K / M = 0.3': ('proximity', dict(PAPER, neighbor_ratio=0.3)),
    'softer: K / M = 0.5': ('proximity', dict(PAPER, neighbor_ratio=0.5)),
    'nearest skipped: M / N = 0.1': (
        'proximity', dict(PAPER, candidate_ratio=0.1)),
    'duplicates out': (
        'proximity', dict(PAPER, false_negatives='duplicates')),
    'similar 5 % out': ('proximity', dict(SIMILAR, similar_ratio=0.05)),
    'similar 10 % out': ('proximity', dict(SIMILAR, similar_ratio=0.1)),
    'similar 20 % out': ('proximity', dict(SIMILAR, similar_ratio=0.2)),
    'shared neighbors 1 % out': (
        'proximity', dict(SHARED, similar_ratio=0.01)),
    'shared neighbors 5 % out': (
        'proximity', dict(SHARED, similar_ratio=0.05)),
    'shared neighbors 10 % out': (
        'proximity', dict(SHARED, similar_ratio=0.1)),
    'uniform, shared neighbors 10 % out': (
        'uniform', dict(false_negatives='shared_neighbors',
                        similar_ratio=0.1)),
    'K / M = 0.2, similar 10 % out': (
        'proximity', dict(SIMILAR, neighbor_ratio=0.2)),
    'K / M = 0.5, similar 10 % out': (
        'proximity', dict(SIMILAR, neighbor_ratio=0.5)),
    'K / M = 0.2, restart 0.05': (
        'proximity', dict(PAPER, neighbor_ratio=0.2, restart_prob=0.05)),
    'uniform, similar 10 % out': (
        'uniform', dict(false_negatives='similar', similar_ratio=0.1)),
    'groups of 4, similar 10 % out': (
        'proximity', dict(GROUPS, false_negatives='similar',
                          similar_ratio=0.1)),
    'DCL, uniform': ('uniform', dict(loss='dcl')),
    'DCL, hard': ('proximity', dict(PAPER, loss='dcl')),
    'uniform, same class out': ('uniform', LABELS),
    'hard, same class out': ('proximity', dict(PAPER, **LABELS)),
    'groups of 4, same class out': ('proximity', dict(GROUPS, **LABELS)),
}


def cell(row: str, **changes: Any) -> Cell:
    r"""Returns what a row of the table runs."""
    return cell_of(row, ROWS, dict(SETTINGS, **changes))


def report(name: str, out: Path, **changes: Any) -> str:
    r"""Makes the table of a data set anew from its rows."""
    frame = rows_in(out / name)
    table: Table = [['mini-batches', 'accuracy %', 'to uniform ± 95 % CI',
                     'similarity', 'top-1', 'same label']]
    found: Dict[str, 'pd.Series[float]'] = {}
    for row in ['untrained', *ROWS]:
        runs = runs_of(frame, cell(row, **changes))
        own = found[row] = accuracy(runs)
        if own.empty:
            continue
        line = [row, mean_and_std(own), '', *(
            mean_text(runs, measure)
            for measure in ['similarity', TOP, 'same_label_rate'])]
        if row not in ('untrained', 'uniform'):
            line[2] = compared(own, found['uniform']).text
        table.append(line)
    norm, size = [dict(SETTINGS, **changes)[key]
                  for key in ['norm', 'batch_size']]
    kind = '' if norm == 'batch' else f'-{norm}'
    return write_table(out / f'{name}{kind}-{size}',
                       without_empty(table, 'top-1'))


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', default=DATASETS,
                           metavar='NAME', help='data sets')
    arguments.add_argument('--rows', nargs='+', metavar='ROW',
                           choices=list(ROWS), default=list(ROWS),
                           help='what is tried: ' +
                           '; '.join(ROWS).replace('%', '%%'))
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per row')
    arguments.add_argument('--batch-size', type=int, metavar='B',
                           default=SETTINGS['batch_size'],
                           help='instances per mini-batch')
    arguments.add_argument('--norm', choices=[*NORMS],
                           type=value_of(str, takes_none=True).read,
                           default=SETTINGS['norm'],
                           help='normalization in the encoder')
    args = arguments.parse_args()
    if args.norm != 'batch' and args.out == OUT:
        args.out = NORM_OUT
    changes: Dict[str, Any] = dict(batch_size=args.batch_size, norm=args.norm)
    rows = list(dict.fromkeys(['untrained', 'uniform', *args.rows]))
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.seeds, args.out = ['digits'], 1, Path(folder)
            rows = ['untrained', 'uniform', 'hard, exactly once',
                    'groups of 4']
            changes = dict(changes, epochs=1)
        for name in args.datasets:
            if not args.report:
                run_cells(name, args.root, [cell(row, **changes)
                                            for row in rows],
                          args.seeds, args.out)
            print(f'{name}\n\n{report(name, args.out, **changes)}')
        write_json(args.json, as_json(args.datasets, args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
