r"""Do hard mini-batches help graph contrastive learning? The paper's table.

FINDING: see benchmarks/results/graph_table.md, which `--report` makes anew
from the rows.

Trains every method with every sampler on TU data sets and ogbg-molhiv, with
the same seeds, weights, folds and number of steps, evaluates accuracy (ROC-AUC
on the official split of ogbg-molhiv), and appends one row per run to
results/<data set>/results.csv here: run it again and it goes on. Settings are
those of GraphCL's and MVGRL's protocols, and for the samplers the paper's, a
single walk per mini-batch, and in the row of groups the defaults of the
package: nothing was tuned.

    python -m benchmarks.graph_table --datasets MUTAG IMDB-BINARY
    python -m benchmarks.graph_table --report
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, Tuple

import pandas as pd

from benchmarks.measure import write_json
from benchmarks.paired import MIN_SEEDS, Difference, verdicts
from benchmarks.runs import (GROUPS, PAPER, TOP, Cell, Kinds, Table, accuracy,
                             as_json, cell_of, compared, mean_and_std,
                             mean_text, rows_in, run_cells, runs_of,
                             table_parser, without_empty, write_table)

OUT = Path(__file__).parent / 'results'
NUM_SEEDS = {'MUTAG': 10, 'IMDB-BINARY': 10, 'IMDB-MULTI': 10,
             'PROTEINS': 10, 'NCI1': 3, 'REDDIT-BINARY': 3, 'COLLAB': 3,
             'ogbg-molhiv': 3}
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
    'GraphCL, precise BN': dict(GRAPH_CL, loss='nt_xent',
                                norm_statistics='precise'),
    'MVGRL': dict(model='mvgrl', epochs=20, batch_size=128, lr=0.001,
                  probe='linear_svc'),
}
SIMILAR_RATIO = 0.1
ROWS: Kinds = {
    'uniform': ('uniform', {}),
    'knn': ('knn', dict(replacement=True)),
    'walks': ('proximity', dict(PAPER, replacement=True)),
    'once': ('proximity', PAPER),
    'guarded': ('proximity', dict(PAPER, false_negatives='similar',
                                  similar_ratio=SIMILAR_RATIO)),
    'groups': ('proximity', GROUPS),
}
TITLES = {'untrained': 'untrained', 'uniform': 'uniform',
          'knn': 'kNN sampler', 'walks': 'walks (the paper)',
          'once': 'exactly once', 'guarded': 'exactly once, guarded',
          'groups': 'groups of 4'}

Runs = Dict[Tuple[str, str, str], 'pd.DataFrame']  # by data set, method, row


def cell(method: str, row: str, **changes: Any) -> Cell:
    r"""Returns what a cell of the table runs."""
    return cell_of(row, ROWS, dict(METHODS[method], **changes))


def methods_of(name: str) -> List[str]:
    r"""Returns what the paper trains on a data set, and GraphCL on OGB's."""
    if name.startswith('ogbg-'):
        return ['GraphCL']
    return [method for method in METHODS
            if method != 'MVGRL' or name in MVGRL_DATASETS]


def report(out: Path = OUT, **changes: Any) -> str:
    r"""Makes the tables anew from the rows."""
    frames = {path.parent.name: rows_in(path.parent)
              for path in sorted(out.glob('*/results.csv'))}
    frames = {name: frame for name, frame in frames.items()
              if {'sampler', 'num_instances'} <= {*frame}}  # no others
    names = sorted(frames, key=[*NUM_SEEDS, *frames].index)
    runs: Runs = {}
    for name in names:
        for method in METHODS:
            for row in TITLES:
                runs[name, method, row] = runs_of(
                    frames[name], cell(method, row, **changes))
    return '\n'.join([
        write_table(out / 'graph_table', _accuracies(names, runs)),
        write_table(out / 'graph_differences', _differences(runs)),
        write_table(out / 'graph_hardness', _hardness(runs)),
    ])


def _accuracies(names: List[str], runs: Runs) -> Table:
    paper = pd.read_csv(OUT / 'paper.csv')
    table: Table = [['', *names]]
    for method in METHODS:
        for row in TITLES:
            cells = [_cell(accuracy(runs[name, method, row]), paper[
                (paper['dataset'] == name) & (paper['method'] == method) &
                (paper['sampler'] == row)]) for name in names]
            if any(cells):
                table.append([f'{method}, {TITLES[row]}', *cells])
    return table


def _differences(runs: Runs) -> Table:
    differences: Dict[Tuple[str, str, str], Difference] = {}
    has_room: Dict[Tuple[str, str], bool] = {}
    for (name, method, row), frame in runs.items():
        if row == 'untrained':
            continue
        other = 'untrained' if row == 'uniform' else 'uniform'
        difference = compared(accuracy(frame),
                              accuracy(runs[name, method, other]))
        if difference.num_pairs == 0:
            continue
        if row != 'uniform':
            differences[name, method, TITLES[row]] = difference
        elif difference.num_pairs > 1:
            has_room[name, method] = (difference.mean >
                                      2 * difference.standard_error)
    return verdicts(differences, has_room)


def _hardness(runs: Runs) -> Table:
    r"""What mini-batches are like after warm-up, by GraphCL's runs."""
    table: Table = [['data set', 'mini-batches', 'B / N', 'similarity',
                     'top-1', 'same label']]
    for (name, method, row), frame in runs.items():
        if method != 'GraphCL' or row == 'untrained' or frame.empty:
            continue
        share = (GRAPH_CL['batch_size'] /
                 frame['num_instances'].astype(float).mean())
        table.append([name, TITLES[row], f'{share:.2g}', *(
            mean_text(frame, measure)
            for measure in ['similarity', TOP, 'same_label_rate'])])
    return without_empty(table, 'top-1')


def _cell(own: 'pd.Series[float]', cited: 'pd.DataFrame') -> str:
    if own.empty:
        return ''
    cell = mean_and_std(own)
    if len(cited):
        cell += f' [{cited["mean"].iloc[0]:.2f} ± {cited["std"].iloc[0]:.2f}]'
    return cell


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', default=list(NUM_SEEDS),
                           metavar='NAME', help='data sets, in this order')
    arguments.add_argument('--methods', nargs='+', default=list(METHODS),
                           choices=list(METHODS), help='losses and models')
    arguments.add_argument('--rows', nargs='+', choices=list(TITLES),
                           default=list(TITLES), help='kinds of mini-batches')
    arguments.add_argument('--seeds', type=int, metavar='N',
                           help='runs per cell; as in the table if not given')
    args = arguments.parse_args()
    changes: Dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.methods, args.seeds = ['digits'], [
                'GraphCL'], 1
            args.out, changes = Path(folder), dict(epochs=1, probe='linear')
        for name in [] if args.report else args.datasets:
            cells = [cell(method, row, **changes) for method in args.methods
                     if method in methods_of(name) for row in args.rows]
            run_cells(name, args.root, cells,
                      args.seeds or NUM_SEEDS.get(name, MIN_SEEDS), args.out)
        print(report(args.out, **changes))
        write_json(args.json, as_json(args.datasets, args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
