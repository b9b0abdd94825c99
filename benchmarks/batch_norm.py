r"""How much of a hard mini-batch's hardness does batch normalization leave?

FINDING (November 2026, 2 CPU cores, 1 thread, 5 seeds)
Of what single walks plan, 4 to 38 % of the mean and 2 to 63 % of top-1 are
left: normalised by its own statistics, a homogeneous mini-batch is homogeneous
no more. Groups of 4 have .97 to .99 of the spread of the data set and keep
97 % of their top-1 on digits, 87 % on PROTEINS, 76 % on IMDB-BINARY, 70 % on
IMDB-MULTI, in all more than single walks keep. On the IMDB sets that is .001
of similarity: uniform mini-batches have .994 and .997 already. By running
averages, the longest embedding of IMDB-MULTI is 69 times as long as the median
one after uniform mini-batches, 87 after groups of 4, 319 after single walks
(exactly once) and 487 after kNN ones; by the statistics of the data set 59 to
63 (3 seeds).

Hardness is that of mini-batches of projections, the mean cosine similarity
over all pairs and top-1, over anchors to the most similar other one: as
planned, by running averages, as at evaluation; and in training, by the
statistics of the mini-batch itself. Left is what mini-batches have more than
uniform ones of it in training, as a share of what they have more as planned.
Exactly-once mini-batches are made of groups of 2, 4, 8 and 128 = B (a single
walk each, as in the paper) by models that were trained with uniform ones. The
second table has the longest embedding over the median after training with
hard mini-batches, medians over seeds, for running averages and for those of
the data set.

Rows and tables are in benchmarks/results/norm/{left,longest}; run it again,
or with --norm, and it goes on; `--report` makes the tables anew from the rows.
"""

import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List

import pandas as pd
import torch
from torch import Tensor
from torch_geometric.data import Batch, InMemoryDataset

from benchmarks import graph_table
from benchmarks.fill import fill
from benchmarks.guards import NORM_OUT, cell
from benchmarks.measure import write_json
from benchmarks.runs import TOP, Table, rows_in, table_parser, write_table
from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity, in_batch_similarity,
                              spread)
from pyg_batchsampler.cli.value_of import value_of
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.experiments.rows import Row, matching
from pyg_batchsampler.nn.gin_encoder import NORMS
from pyg_batchsampler.training import embed_dataset, set_norm_statistics, train

DATASETS = ['digits', 'PROTEINS', 'IMDB-BINARY', 'IMDB-MULTI']
BATCH_SIZE = 128
NUM_BATCHES = 40  # at most, that are looked at
# Mini-batches by the size of their groups; None: a single walk each.
KINDS: Dict[str, Any] = {'groups of 2': 2, 'groups of 4': 4, 'groups of 8': 8,
                         'single walks': None}
ROWS = ['uniform', 'knn', 'once', 'groups']  # of the graph table
MEASURES = ['similarity', TOP]


class Planned:
    r"""A model that was trained with uniform mini-batches, and what it makes
    of others; trained when it is first asked.

    Args:
        dataset (InMemoryDataset): The data set.
        norm (str): Normalization in the encoder.
        epochs (int): Of training.
        seed (int): The seed.
    """
    def __init__(self, dataset: InMemoryDataset, norm: str, epochs: int,
                 seed: int):
        self.dataset, self.seed = dataset, seed
        self.config = cell('uniform', epochs=epochs, norm=norm).config
        self.model: Any = None

    def measure(self, kind: str) -> Row:
        r"""Returns how hard mini-batches are as planned and in training."""
        if self.model is None:
            model: Any = train(self.dataset, 'uniform', self.config,
                               self.seed).model
            self.model = model
        z = embed_dataset(self.model.forward, self.dataset)
        batches = [batch for batch in self._plan(kind, z)
                   if batch.numel() == BATCH_SIZE][:NUM_BATCHES]
        training = copy.deepcopy(self.model).train()
        with torch.no_grad():
            own = torch.cat([training(Batch.from_data_list(
                [self.dataset[int(i)] for i in batch])) for batch in batches])
        out = {f'planned_{name}': value
               for name, value in _hardness(z, batches).items()}
        out.update(_hardness(own, list(torch.arange(len(own)).split(
            BATCH_SIZE))))
        return dict(out, spread=float(spread(z, batches).mean()))

    def _plan(self, kind: str, z: Tensor) -> List[Tensor]:
        if kind == 'uniform':
            return UniformBatchSampler(z, BATCH_SIZE, seed=self.seed).plan(0)
        return ProximityBatchSampler(z, BATCH_SIZE, walk_size=KINDS[kind],
                                     seed=self.seed).plan(0)


def _hardness(x: Tensor, batches: List[Tensor]) -> Dict[str, float]:
    return {'similarity': float(in_batch_similarity(x, batches).mean()),
            TOP: float(hardest_negative_similarity(x, batches).mean())}


def longest(dataset: InMemoryDataset, row: str, norm: str, epochs: int,
            seed: int) -> Row:
    r"""Returns how much longer than the median the longest embedding is, by
    running averages and by precise ones, after the graph table's training on
    a row's mini-batches."""
    settings = graph_table.cell('GraphCL', row, epochs=epochs, norm=norm)
    config, strategy = settings.config, settings.strategy(len(dataset))
    assert strategy is not None
    model = train(dataset, strategy, config, seed).model
    out = {}
    for statistics in ['running', 'precise']:
        set_norm_statistics(model, dataset, replace(
            config, norm_statistics=statistics), seed)
        length = embed_dataset(model, dataset).norm(dim=1)
        out[statistics] = float(length.max() / length.median())
    return out


def run_left(name: str, dataset: InMemoryDataset, norm: str, epochs: int,
             num_seeds: int, out: Path) -> None:
    r"""Measures what is missing of the first table."""
    for seed in range(num_seeds):
        planned = Planned(dataset, norm, epochs, seed)
        fill(out / 'left' / 'results.csv', [
            (dict(dataset=name, norm=norm, epochs=epochs,
                  batch_size=BATCH_SIZE, mini_batches=kind, seed=seed),
             partial(planned.measure, kind)) for kind in ['uniform', *KINDS]],
            desc=f'{name}, {norm}, seed {seed}')


def run_longest(name: str, dataset: InMemoryDataset, norm: str, epochs: int,
                num_seeds: int, out: Path) -> None:
    r"""Measures what is missing of the second table."""
    fill(out / 'longest' / 'results.csv', [
        (dict(dataset=name, norm=norm, epochs=epochs, batch_size=BATCH_SIZE,
              mini_batches=row, seed=seed),
         partial(longest, dataset, row, norm, epochs, seed))
        for seed in range(num_seeds) for row in ROWS], desc=f'{name}, longest')


def left_of(own: 'pd.DataFrame', base: 'pd.DataFrame', measure: str) -> str:
    r"""Formats how much of what mini-batches have more than others as planned
    they have more in training, in %, with the least and most of a seed;
    nothing if what was planned is within noise, two standard errors."""
    planned, training = ((own[name] - base[name].loc[own.index])
                         for name in [f'planned_{measure}', measure])
    if not float(planned.mean()) > 2 * float(planned.std()) / len(own)**0.5:
        return ''
    share = 100 * training / planned
    return (f'{100 * training.mean() / planned.mean():.0f} '
            f'({share.min():.0f} to {share.max():.0f})')


def report_left(out: Path, epochs: int) -> str:
    r"""Makes the first table anew from its rows."""
    frame = matching(rows_in(out / 'left'), dict(epochs=epochs))
    table: Table = [['normalization', 'data set', 'mini-batches',
                     'mean: planned', 'in training', 'left %',
                     'top-1: planned', 'in training', 'left %', 'spread']]
    numbers = [f'{planned}{measure}' for measure in MEASURES
               for planned in ['planned_', '']] + ['spread']
    for (norm, name), some in frame.groupby(['norm', 'dataset'], sort=False):
        some = some.astype({number: float for number in numbers})
        kinds = {kind: runs.set_index('seed')[numbers]
                 for kind, runs in some.groupby('mini_batches', sort=False)}
        for kind, runs in kinds.items():
            cells: List[str] = []
            for measure in MEASURES:
                cells += [f'{runs[name].mean():.4f}'
                          for name in [f'planned_{measure}', measure]]
                cells.append('' if kind == 'uniform' else left_of(
                    runs, kinds['uniform'], measure))
            table.append([str(norm), str(name), str(kind), *cells,
                          f'{runs["spread"].mean():.2f}'])
    return write_table(out / 'left' / 'table', table)


def report_longest(out: Path, epochs: int) -> str:
    r"""Makes the second table anew from its rows."""
    frame = matching(rows_in(out / 'longest'), dict(epochs=epochs))
    titles = [f'{graph_table.TITLES[row]}: running, precise' for row in ROWS]
    table: Table = [['normalization', 'data set', *titles]]
    for (norm, name), some in frame.groupby(['norm', 'dataset'], sort=False):
        cells = []
        for row in ROWS:
            runs = matching(some, dict(mini_batches=row))
            median = runs[['running', 'precise']].astype(float).median()
            cells.append('' if runs.empty else ', '.join(
                f'{value:.3g}' for value in median))
        table.append([str(norm), str(name), *cells])
    return write_table(out / 'longest' / 'table', table)


PARTS: Dict[str, Any] = {'left': (run_left, report_left),
                         'longest': (run_longest, report_longest)}


def main() -> None:
    arguments = table_parser(__doc__, NORM_OUT)
    arguments.add_argument('--datasets', nargs='+', default=DATASETS,
                           metavar='NAME', help='data sets')
    arguments.add_argument('--norm', choices=[*NORMS], default='batch',
                           type=value_of(str, takes_none=True).read,
                           help='normalization in the encoder')
    arguments.add_argument('--parts', nargs='+', choices=list(PARTS),
                           default=list(PARTS), help='tables to make')
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per row')
    args = arguments.parse_args()
    with TemporaryDirectory() as folder:
        epochs = 20
        if args.quick:
            args.datasets, args.seeds, epochs = ['digits'], 2, 2
            args.out = Path(folder)
        datasets = {} if args.report else {
            name: load_dataset(name, args.root) for name in args.datasets}
        if args.norm != 'batch':  # others have no precise statistics
            args.parts = ['left']
        for part in args.parts:
            run, report = PARTS[part]
            for name, dataset in datasets.items():
                run(name, dataset, args.norm, epochs, args.seeds, args.out)
            print(report(args.out, epochs))
        write_json(args.json, {
            part: rows_in(args.out / part).to_dict('records')
            for part in args.parts} if args.json else {})


if __name__ == '__main__':
    main()
