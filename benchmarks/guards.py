r"""What keeps hard mini-batches from being full of false negatives, without
labels?

FINDING: see benchmarks/results/guards/*.md, which `--report` makes anew from
the rows.

Trains GraphCL on digits and ENZYMES, sets that the paper's table does not
hold, with uniform mini-batches and with hard ones under several guards, and
reports hardness, same-label rate and accuracy of each. The labels row is no
guard but shows what a perfect one would give.
"""

import argparse
from pathlib import Path
from typing import Any, Dict, Tuple

import pandas as pd
from tqdm import tqdm

from benchmarks.paired import (Table, mean_and_std, paired_difference,
                               write_table)
from pyg_batchsampler.training import (TrainingConfig, compare_samplers,
                                       load_dataset)
from pyg_batchsampler.training.load_dataset import labels_of
from pyg_batchsampler.training.rows import matching, read_rows

OUT = Path(__file__).parent / 'results' / 'guards'
DATASETS = ['digits', 'ENZYMES']
SETTINGS: Dict[str, Any] = dict(
    epochs=20, batch_size=128, lr=0.01, temperature=0.2,
    augmentations='node_dropping,subgraph', augmentation_ratio=0.1,
    augmented_views=1, probe='linear')
# What is tried: a sampler, and what it changes in the settings.
SIMILAR = dict(false_negatives='similar')
ROWS: Dict[str, Tuple[str, Dict[str, Any]]] = {
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


def config_of(row: str, num_instances: int) -> TrainingConfig:
    r"""Returns the settings of a row."""
    sampler, changes = ROWS[row]
    changes = dict(changes)
    candidate_ratio = changes.pop('candidate_ratio', 0.5)
    neighbor_ratio = changes.pop('neighbor_ratio', 0.1)
    if sampler == 'proximity':
        num_candidates = min(1000, round(candidate_ratio * num_instances))
        changes.update(num_candidates=num_candidates,
                       num_neighbors=round(neighbor_ratio * num_candidates))
    return TrainingConfig(**dict(SETTINGS, **changes))


def report(name: str, out: Path) -> str:
    r"""Makes the table of a data set anew from its rows."""
    frame = read_rows(out / name / 'results.csv')
    num_instances = int(frame['num_instances'].iloc[0])

    def accuracy(runs: 'pd.DataFrame') -> 'pd.Series[float]':
        return pd.Series(100 * runs['accuracy'].astype(float).to_numpy(),
                         index=runs['seed'].astype(int).to_numpy())

    table: Table = [['mini-batches', 'accuracy %', 'to uniform', 'similarity',
                     'same label']]
    untrained = accuracy(matching(frame, dict(sampler='untrained')))
    table.append(['untrained', _spread(untrained), '', '', ''])
    uniform = untrained
    for row, (sampler, _) in ROWS.items():
        runs = matching(frame, dict(config_of(row, num_instances).settings(),
                                    sampler=sampler))
        if runs.empty:
            continue
        own = accuracy(runs)
        if row == 'uniform':
            uniform = own
        seeds = own.index.intersection(uniform.index)
        d = paired_difference(own[seeds], uniform[seeds])
        mean = runs[['similarity', 'same_label_rate']].astype(float).mean()
        table.append([
            row, _spread(own),
            '' if row == 'uniform' else d.text,
            f'{mean.iloc[0]:.3f}', f'{mean.iloc[1]:.3f}'])
    return write_table(out / name, table)


def _spread(value: 'pd.Series[float]') -> str:
    return f'{mean_and_std(value.tolist())} ({len(value)})'


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or '').split(
        '\n\n')[0].replace('\n', ' '))
    parser.add_argument('--datasets', nargs='+', default=DATASETS,
                        metavar='NAME', help='data sets')
    parser.add_argument('--seeds', type=int, default=5, metavar='N',
                        help='runs per row')
    parser.add_argument('--root', default='data', metavar='DIR',
                        help='folder of the data sets')
    parser.add_argument('--out', type=Path, default=OUT, metavar='DIR',
                        help='folder of the rows')
    parser.add_argument('--report', action='store_true',
                        help='only make the table anew')
    args = parser.parse_args()
    for name in args.datasets:
        if args.report:
            print(f'{name}\n\n{report(name, args.out)}')
            continue
        dataset = load_dataset(name, args.root)
        label = labels_of(dataset)
        assert label is not None
        with tqdm(total=args.seeds * len(ROWS), desc=name, unit='run') as bar:
            for seed in range(args.seeds):
                for row, (sampler, _) in ROWS.items():
                    samplers = ['untrained'] * (row == 'uniform') + [sampler]
                    compare_samplers(dataset, label, name, samplers, [seed],
                                     config_of(row, len(dataset)),
                                     args.out / name, None, num_probes=0)
                    bar.update()
        print(f'{name}\n\n{report(name, args.out)}')


if __name__ == '__main__':
    main()
