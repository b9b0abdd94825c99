r"""Runs of `compare_samplers` as cells of a table."""

import argparse
import csv
from dataclasses import fields
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import pandas as pd
from torch_geometric.data import InMemoryDataset
from tqdm import tqdm

from benchmarks.fill import OLDER
from benchmarks.measure import parser
from benchmarks.paired import Difference, paired_difference
from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.experiments import compare_samplers
from pyg_batchsampler.experiments.rows import History, Row, matching, read_rows
from pyg_batchsampler.experiments.run_key import history_of, run_key
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.sampler import Strategy, make_strategy
from pyg_batchsampler.training import TrainingConfig
from pyg_batchsampler.training.run_settings import UNTRAINED

Table = List[List[str]]
# What stands in the rows of a table: samplers, and what they change in the
# settings or in the options of the sampler.
Kinds = Dict[str, Tuple[str, Dict[str, Any]]]
SETTINGS = [field.name for field in fields(TrainingConfig)]
# The defaults of the package, as ratios, the same for all data sets.
CANDIDATE_RATIO = 0.5  # M / N, M at most 1000
NEIGHBOR_RATIO = 0.02  # K / M
# Mini-batches of hard instances: a single walk each, as in the paper, and of
# the groups that the package makes unless told otherwise.
PAPER: Dict[str, Any] = dict(walk_size=None, neighbor_ratio=0.1)
GROUPS: Dict[str, Any] = dict(walk_size=4, neighbor_ratio=NEIGHBOR_RATIO)
TOP = 'hardest_negative_similarity'  # what rows call top-1 similarity


class Cell(NamedTuple):
    r"""What is run once per seed.

    Args:
        sampler (str): Name of a sampler, or "untrained".
        settings (dict): Of :class:`TrainingConfig` and of the sampler,
            :math:`M` and :math:`K` as :obj:`candidate_ratio` and
            :obj:`neighbor_ratio`.
    """
    sampler: str
    settings: Dict[str, Any]

    @property
    def config(self) -> TrainingConfig:
        r"""The settings of training."""
        return TrainingConfig(**{name: value for name, value in
                                 self.settings.items() if name in SETTINGS})

    def strategy(self, num_instances: int) -> Optional[Strategy]:
        r"""Returns which instances meet on a data set of that size, if the
        model is trained."""
        if self.sampler == UNTRAINED:
            return None
        options = {name: value for name, value in self.settings.items()
                   if name not in SETTINGS}
        ratios = (options.pop('candidate_ratio', CANDIDATE_RATIO),
                  options.pop('neighbor_ratio', NEIGHBOR_RATIO))
        if self.sampler == 'proximity':
            options.update(graph_size(num_instances, *ratios))
        return make_strategy(self.sampler, **options)


def cell_of(row: str, kinds: Kinds, settings: Dict[str, Any]) -> Cell:
    r"""Returns the cell of a row; one that is none of the kinds, as
    'untrained', stands for itself."""
    sampler, own = kinds.get(row, (row, {}))
    return Cell(sampler, dict(settings, **own))


def table_parser(description: Optional[str],
                 out: Path) -> argparse.ArgumentParser:
    r"""Returns the arguments of scripts that fill a table run by run."""
    arguments = parser(description)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--out', type=Path, default=out, metavar='DIR',
                           help='folder of the rows')
    arguments.add_argument('--report', action='store_true',
                           help='only make the tables anew')
    return arguments


def graph_size(num_instances: int, candidate_ratio: float,
               neighbor_ratio: float) -> Dict[str, int]:
    r"""Returns M and K for the ratios M / N and K / M, M at most 1000."""
    num_candidates = max(2, round(candidate_ratio * num_instances))
    num_candidates = min(1000, num_candidates, num_instances - 1)
    return dict(num_candidates=num_candidates,
                num_neighbors=max(1, round(neighbor_ratio * num_candidates)))


def run_cells(name: str, root: str, cells: List[Cell], num_seeds: int,
              out: Path) -> None:
    r"""Runs what is missing of a data set, seed after seed."""
    data: Dict[str, InMemoryDataset] = {}
    with tqdm(total=num_seeds * len(cells), desc=name, unit='run') as bar:
        for seed in range(num_seeds):
            for cell in cells:
                model = cell.settings.get('model', 'graph_cl')
                if model not in data:
                    data[model] = load_dataset(
                        name, root, diffusion=model == 'mvgrl',
                        features=TrainingConfig(model=model).features or '')
                dataset = data[model]
                label = labels_of(dataset)
                assert label is not None
                compare_samplers(
                    dataset, label, name,
                    [cell.strategy(len(dataset)) or UNTRAINED], [seed],
                    cell.config, out / name, None, num_probes=0)
                bar.update()


def rows_in(folder: Path) -> 'pd.DataFrame':
    r"""Returns all runs of a data set."""
    path = folder / 'results.csv'
    frame = read_rows(path)
    if frame.empty:
        raise ValueError(f'no rows in {path}. Run without --report first')
    return frame


def by_seed(frame: 'pd.DataFrame', key: Row,
            history: History = OLDER) -> 'pd.DataFrame':
    r"""Returns the runs that agree with a key, by seed.

    Raises:
        ValueError: If runs of one seed differ in what the key leaves open.
    """
    if frame.empty:
        return frame
    runs = matching(frame, key, history)
    twice = runs['seed'][runs['seed'].duplicated()]
    if len(twice):
        raise ValueError(f'seed {twice.iloc[0]} has several rows that agree '
                         f'with {key}. Name more of their settings')
    return runs.set_index(runs['seed'].astype(int))


def runs_of(frame: 'pd.DataFrame', cell: Cell) -> 'pd.DataFrame':
    r"""Returns the runs of a cell on a data set, by seed."""
    strategy = cell.strategy(int(frame['num_instances'].iloc[0]))
    runs = matching(frame, run_key(strategy, cell.config),
                    history_of(strategy))
    # Rows from when options of others counted may tell the same.
    return by_seed(runs.drop_duplicates('seed'), {})


def accuracy(runs: 'pd.DataFrame') -> 'pd.Series[float]':
    r"""Returns accuracies in %, by seed."""
    if runs.empty:
        return pd.Series(dtype=float)
    return 100 * runs['accuracy'].astype(float)


def compared(own: 'pd.Series[float]', base: 'pd.Series[float]') -> Difference:
    r"""Returns the difference of two rows over the seeds they share."""
    seeds = own.index.intersection(base.index)
    return paired_difference(own[seeds].tolist(), base[seeds].tolist())


def mean_and_std(values: 'pd.Series[float]') -> str:
    r"""Formats a mean, the standard deviation of several values, and their
    number.

    Example:
        >>> mean_and_std(pd.Series([1.0, 3.0])), mean_and_std(pd.Series([1.0]))
        ('2.00 ± 1.41 (2)', '1.00 (1)')
    """
    spread = f' ± {np.std(values, ddof=1):.2f}' if len(values) > 1 else ''
    return f'{np.mean(values):.2f}{spread} ({len(values)})'


def mean_text(runs: 'pd.DataFrame', name: str) -> str:
    r"""Formats the mean of a column over the runs that have it; nothing if
    none has.

    Example:
        >>> runs = pd.DataFrame(dict(similarity=['0.25', '', '0.5']))
        >>> mean_text(runs, 'similarity'), mean_text(runs, TOP)
        ('0.375', '')
    """
    known = (pd.to_numeric(runs[name]).dropna() if name in runs else
             pd.Series(dtype=float))
    return f'{known.mean():.3f}' if len(known) else ''


def without_empty(rows: Table, title: str) -> Table:
    r"""Returns a table, its first row the header, without a column that says
    nothing.

    Example:
        >>> without_empty([['a', 'b'], ['1', ''], ['2', '']], 'b')
        [['a'], ['1'], ['2']]
    """
    i = rows[0].index(title)
    if any(row[i] for row in rows[1:]):
        return rows
    return [row[:i] + row[i + 1:] for row in rows]


def write_table(stem: Path, rows: Table) -> str:
    r"""Writes a table, its first row the header, as Markdown and as CSV for
    the documentation; returns the Markdown."""
    lines = ['| ' + ' | '.join(row) + ' |' for row in rows]
    lines.insert(1, '|---' * len(rows[0]) + '|')
    text = '\n'.join(lines) + '\n'
    with written_whole(stem.with_suffix('.md')) as path:
        path.write_text(text)
    with written_whole(stem.with_suffix('.csv')) as path:
        with path.open('w', newline='') as file:
            csv.writer(file).writerows(rows)
    return text


def as_json(names: List[str], out: Path) -> Dict[str, Any]:
    r"""Returns the runs of some data sets."""
    return {name: rows_in(out / name).to_dict('records') for name in names}
