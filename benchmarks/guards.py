r"""What keeps hard mini-batches from being full of false negatives, without
labels?

FINDING: see benchmarks/results/guards/*.md, which `--report` makes anew from
the rows.

Trains GraphCL on digits and ENZYMES, sets that the paper's table does not
hold, with uniform mini-batches and with hard ones under several guards, and
reports hardness, same-label rate and accuracy of each. The labels row is no
guard but shows what a perfect one would give.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

import pandas as pd
from tqdm import tqdm

from benchmarks.measure import write_json
from benchmarks.runs import (Kinds, Table, accuracy, as_json, compared,
                             graph_size, mean_and_std, rows_in, runs_of,
                             sampler_of, table_parser, write_table)
from pyg_batchsampler.training import (TrainingConfig, compare_samplers,
                                       load_dataset)
from pyg_batchsampler.training.load_dataset import labels_of

OUT = Path(__file__).parent / 'results' / 'guards'
DATASETS = ['digits', 'ENZYMES']
SETTINGS: Dict[str, Any] = dict(
    epochs=20, batch_size=128, lr=0.01, temperature=0.2,
    augmentations='node_dropping,subgraph', augmentation_ratio=0.1,
    augmented_views=1, probe='linear')
SIMILAR = dict(false_negatives='similar')
ROWS: Kinds = {
    'uniform': ('uniform', {}),
    'hard, exactly once': ('proximity', {}),
    'hard, walks': ('proximity', dict(replacement=True)),
    'softer: K / M = 0.3': ('proximity', dict(neighbor_ratio=0.3)),
    'nearest skipped: M / N = 0.1': (
        'proximity', dict(candidate_ratio=0.1)),
    'duplicates out': ('proximity', dict(false_negatives='duplicates')),
    'similar 5 % out': ('proximity', dict(SIMILAR, similar_ratio=0.05)),
    'similar 10 % out': ('proximity', dict(SIMILAR, similar_ratio=0.1)),
    'similar 20 % out': ('proximity', dict(SIMILAR, similar_ratio=0.2)),
    'uniform, similar 10 % out': ('uniform', dict(SIMILAR, similar_ratio=0.1)),
    'DCL, uniform': ('uniform', dict(loss='dcl')),
    'DCL, hard': ('proximity', dict(loss='dcl')),
    'uniform, same class out': ('uniform', dict(false_negatives='labels')),
    'hard, same class out': ('proximity', dict(false_negatives='labels')),
}


def config_of(row: str, num_instances: int, **changes: Any) -> TrainingConfig:
    r"""Returns the settings of a row."""
    settings = dict(SETTINGS, **changes)
    if row in ROWS:
        sampler, own = ROWS[row]
        own = dict(own)
        ratios = own.pop('candidate_ratio', 0.5), own.pop('neighbor_ratio',
                                                          0.1)
        if sampler == 'proximity':
            own.update(graph_size(num_instances, *ratios))
        settings.update(own)
    return TrainingConfig(**settings)


def report(name: str, out: Path, **changes: Any) -> str:
    r"""Makes the table of a data set anew from its rows."""
    frame = rows_in(out / name)
    num_instances = int(frame['num_instances'].iloc[0])
    table: Table = [['mini-batches', 'accuracy %', 'to uniform ± 95 % CI',
                     'similarity', 'same label']]
    found: Dict[str, 'pd.Series[float]'] = {}
    for row in ['untrained', *ROWS]:
        runs = runs_of(frame, sampler_of(row, ROWS),
                       config_of(row, num_instances, **changes))
        own = found[row] = accuracy(runs)
        if own.empty:
            continue
        line = [row, mean_and_std(own), '', '', '']
        if row != 'untrained':
            mean = runs[['similarity', 'same_label_rate']].astype(float).mean()
            line[3:] = [f'{mean.iloc[0]:.3f}', f'{mean.iloc[1]:.3f}']
        if row not in ('untrained', 'uniform'):
            line[2] = compared(own, found['uniform']).text
        table.append(line)
    size = changes.get('batch_size', SETTINGS['batch_size'])
    return write_table(out / f'{name}-{size}', table)


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', default=DATASETS,
                           metavar='NAME', help='data sets')
    arguments.add_argument('--rows', nargs='+', metavar='ROW',
                           choices=list(ROWS), default=list(ROWS),
                           help='what is tried: ' + '; '.join(ROWS))
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per row')
    arguments.add_argument('--batch-size', type=int, metavar='B',
                           default=SETTINGS['batch_size'],
                           help='instances per mini-batch')
    args = arguments.parse_args()
    changes: Dict[str, Any] = dict(batch_size=args.batch_size)
    rows = list(dict.fromkeys(['untrained', 'uniform', *args.rows]))
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.seeds, args.out = ['digits'], 1, Path(folder)
            rows, changes = rows[:3], dict(changes, epochs=1)
        for name in args.datasets:
            if not args.report:
                run(name, args.root, rows, args.seeds, args.out, **changes)
            print(f'{name}\n\n{report(name, args.out, **changes)}')
        write_json(args.json, as_json(args.datasets, args.out)
                   if args.json else {})


def run(name: str, root: str, rows: List[str], num_seeds: int, out: Path,
        **changes: Any) -> None:
    r"""Runs what is missing of a data set, seed after seed."""
    dataset = load_dataset(name, root)
    label = labels_of(dataset)
    assert label is not None
    with tqdm(total=num_seeds * len(rows), desc=name, unit='run') as bar:
        for seed in range(num_seeds):
            for row in rows:
                compare_samplers(
                    dataset, label, name, [sampler_of(row, ROWS)], [seed],
                    config_of(row, len(dataset), **changes), out / name, None,
                    num_probes=0)
                bar.update()


if __name__ == '__main__':
    main()
