r"""Do hard mini-batches help graph contrastive learning? The paper's table.

FINDING: see benchmarks/results/graph_table.md, which `--report` makes anew
from the rows.

Trains every method with every sampler on TU data sets, with the same seeds,
weights, folds and number of steps, and appends one row per run to
results/<data set>/results.csv here: run it again and it goes on. Settings are
those of GraphCL's and MVGRL's protocols; what they leave open was chosen on
digits and ENZYMES (see SETTINGS), never on the sets of the table.

    python -m benchmarks.graph_table --datasets MUTAG IMDB-BINARY
    python -m benchmarks.graph_table --report
"""

import argparse
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pandas as pd
from tqdm import tqdm

from benchmarks.paired import (LEVEL, MIN_SEEDS, Difference, Table, holm,
                               mean_and_std, paired_difference, write_table)
from pyg_batchsampler.training import (TrainingConfig, compare_samplers,
                                       load_dataset)
from pyg_batchsampler.training.load_dataset import labels_of
from pyg_batchsampler.training.rows import matching, read_rows

OUT = Path(__file__).parent / 'results'
NUM_SEEDS = {'MUTAG': 10, 'IMDB-BINARY': 10, 'IMDB-MULTI': 10,
             'PROTEINS': 10, 'NCI1': 3, 'REDDIT-BINARY': 3, 'COLLAB': 3}
MVGRL_DATASETS = ['MUTAG', 'IMDB-BINARY', 'IMDB-MULTI', 'REDDIT-BINARY']

# GraphCL's protocol, with NT-Xent over both directions in the place of its
# release's loss and subgraphs that grow; MVGRL's with one of its depths.
GRAPH_CL: Dict[str, Any] = dict(
    model='graph_cl', epochs=20, batch_size=128, lr=0.01, temperature=0.2,
    augmentations='node_dropping,subgraph', augmentation_ratio=0.1,
    augmented_views=1, probe='svc')
METHODS: Dict[str, Dict[str, Any]] = {
    'GraphCL': dict(GRAPH_CL, loss='nt_xent'),
    'DCL': dict(GRAPH_CL, loss='dcl'),
    'HCL': dict(GRAPH_CL, loss='hcl'),
    'MVGRL': dict(model='mvgrl', epochs=20, batch_size=128, lr=0.001,
                  probe='linear_svc'),
}
# As ratios, the same for all data sets.
CANDIDATE_RATIO = 0.5  # M / N, M at most 1000
NEIGHBOR_RATIO = 0.1  # K / M
SIMILAR_RATIO = 0.1
# What stands in a row: a sampler, and what it changes in the settings.
ROWS: Dict[str, Tuple[str, Dict[str, Any]]] = {
    'uniform': ('uniform', {}),
    'knn': ('knn', dict(replacement=True)),
    'walks': ('proximity', dict(replacement=True)),
    'once': ('proximity', {}),
    'guarded': ('proximity', dict(false_negatives='similar',
                                  similar_ratio=SIMILAR_RATIO)),
}
TITLES = {'untrained': 'untrained', 'uniform': 'uniform',
          'knn': 'kNN sampler', 'walks': 'walks (the paper)',
          'once': 'exactly once', 'guarded': 'exactly once, guarded'}


def config_of(method: str, row: str, num_instances: int) -> TrainingConfig:
    r"""Returns the settings of a cell."""
    settings = dict(METHODS[method], **ROWS[row][1])
    if ROWS[row][0] == 'proximity':
        num_candidates = min(1000, round(CANDIDATE_RATIO * num_instances))
        settings.update(num_candidates=num_candidates,
                        num_neighbors=round(NEIGHBOR_RATIO * num_candidates))
    return TrainingConfig(**settings)


def cells_of(dataset: str) -> List[Tuple[str, str]]:
    r"""Returns methods and rows of a data set, in the order they are run."""
    methods = [method for method in METHODS
               if method != 'MVGRL' or dataset in MVGRL_DATASETS]
    return [(method, row) for method in methods for row in ROWS]


def run(name: str, root: str, methods: List[str], rows: List[str],
        num_seeds: int, out: Path) -> None:
    r"""Runs what is missing of a data set, seed after seed."""
    cells = [(method, row) for method, row in cells_of(name)
             if method in methods and row in rows]
    data: Dict[str, Any] = {}
    with tqdm(total=num_seeds * len(cells), desc=name, unit='run') as bar:
        for seed in range(num_seeds):
            for method, row in cells:
                model = METHODS[method]['model']
                if model not in data:
                    config = config_of(method, row, 4)
                    data[model] = load_dataset(
                        name, root, features=config.features or 'label',
                        diffusion=model == 'mvgrl')
                dataset = data[model]
                config = config_of(method, row, len(dataset))
                label = labels_of(dataset)
                assert label is not None
                samplers = [ROWS[row][0]]
                if row == 'uniform':
                    samplers.insert(0, 'untrained')
                compare_samplers(dataset, label, name, samplers, [seed],
                                 config, out / name, None, num_probes=0)
                bar.update()


def scores(name: str, method: str, row: str, num_instances: int,
           out: Path) -> 'pd.Series[float]':
    r"""Returns the accuracies of a cell in %, by seed."""
    sampler = row if row == 'untrained' else ROWS[row][0]
    config = config_of(method, 'uniform' if row == 'untrained' else row,
                       num_instances)
    frame = matching(read_rows(out / name / 'results.csv'), dict(
        config.settings(), dataset=name, sampler=sampler))
    return pd.Series(100 * frame['accuracy'].astype(float).to_numpy(),
                     index=frame['seed'].astype(int).to_numpy())


def report(out: Path = OUT) -> str:
    r"""Makes the tables anew from the rows."""
    paper = pd.read_csv(OUT / 'paper.csv')
    names = [name for name in NUM_SEEDS
             if (out / name / 'results.csv').exists()]
    sizes = {name: int(read_rows(out / name / 'results.csv')[
        'num_instances'].iloc[0]) for name in names}
    table: Table = [['', *names]]
    differences: Dict[Tuple[str, str, str], Difference] = {}
    has_room: Dict[Tuple[str, str], bool] = {}
    for method in METHODS:
        for row in ['untrained', *ROWS]:
            cells: List[str] = []
            for name in names:
                own = scores(name, method, row, sizes[name], out)
                cells.append(_cell(own, paper[
                    (paper['dataset'] == name) & (paper['method'] == method) &
                    (paper['sampler'] == row)]))
                if row == 'untrained' or own.empty:
                    continue
                base = 'untrained' if row == 'uniform' else 'uniform'
                other = scores(name, method, base, sizes[name], out)
                seeds = own.index.intersection(other.index)
                difference = paired_difference(own[seeds], other[seeds])
                if row == 'uniform':
                    has_room[name, method] = (difference.mean >
                                              2 * difference.error)
                else:
                    differences[name, method, row] = difference
            if any(cells):
                table.append([f'{method}, {TITLES[row]}', *cells])
    return '\n'.join([
        write_table(out / 'graph_table', table),
        write_table(out / 'graph_differences',
                    _verdicts(differences, has_room))])


def _cell(own: 'pd.Series[float]', cited: 'pd.DataFrame') -> str:
    if own.empty:
        return ''
    cell = f'{mean_and_std(own.tolist())} ({len(own)})'
    if len(cited):
        cell += f' [{cited["mean"].iloc[0]:.2f} ± {cited["std"].iloc[0]:.2f}]'
    return cell


def _verdicts(differences: Dict[Tuple[str, str, str], Difference],
              has_room: Dict[Tuple[str, str], bool]) -> Table:
    r"""Says of each cell what its difference to uniform mini-batches shows:
    p is corrected over the cells with room and enough seeds."""
    tested = [key for key, value in differences.items()
              if value.num_pairs >= MIN_SEEDS and has_room.get(key[:2])]
    corrected = dict(zip(tested, holm([differences[key].p_value
                                       for key in tested])))
    out: Table = [['data set', 'method', 'mini-batches', 'difference',
                   'seeds', 'p', 'detectable', 'verdict']]
    for key in sorted(differences):
        value = differences[key]
        if not has_room.get(key[:2]):
            verdict = 'no room'
        elif key not in corrected:
            verdict = 'not tested'
        elif corrected[key] >= LEVEL:
            verdict = 'within noise'
        else:
            verdict = '**better**' if value.mean > 0 else '**worse**'
        p_value = f'{corrected[key]:.3f}' if key in corrected else ''
        out.append([*key[:2], TITLES[key[2]],
                    value.text, str(value.num_pairs), p_value,
                    f'{value.detectable:.2f}' if value.num_pairs > 1 else '',
                    verdict])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or '').split(
        '\n')[0])
    parser.add_argument('--datasets', nargs='+', default=list(NUM_SEEDS),
                        choices=list(NUM_SEEDS), metavar='NAME',
                        help='data sets, in this order')
    parser.add_argument('--methods', nargs='+', default=list(METHODS),
                        choices=list(METHODS), help='losses and models')
    parser.add_argument('--rows', nargs='+', default=list(ROWS),
                        choices=list(ROWS), help='kinds of mini-batches')
    parser.add_argument('--seeds', type=int, metavar='N',
                        help='runs per cell; those of the table if not given')
    parser.add_argument('--root', default='data', metavar='DIR',
                        help='folder of the data sets')
    parser.add_argument('--out', type=Path, default=OUT, metavar='DIR',
                        help='folder of the rows')
    parser.add_argument('--report', action='store_true',
                        help='only make the tables anew')
    args = parser.parse_args()
    if not args.report:
        for name in args.datasets:
            run(name, args.root, args.methods, args.rows,
                args.seeds or NUM_SEEDS[name], args.out)
    print(report(args.out))


if __name__ == '__main__':
    main()
