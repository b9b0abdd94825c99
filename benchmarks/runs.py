r"""Runs of `compare_samplers` as cells of a table."""

import argparse
import csv
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import pandas as pd

from benchmarks.measure import parser
from benchmarks.paired import Difference, paired_difference
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.training import TrainingConfig
from pyg_batchsampler.training.rows import matching, read_rows

Table = List[List[str]]
# What stands in the rows of a table: samplers, and what they change in the
# settings.
Kinds = Dict[str, Tuple[str, Dict[str, Any]]]


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


def sampler_of(row: str, kinds: Kinds) -> str:
    r"""Returns the sampler of a row; one that is none, as 'untrained', stands
    for itself."""
    return kinds[row][0] if row in kinds else row


def rows_in(folder: Path) -> 'pd.DataFrame':
    r"""Returns all runs of a data set."""
    path = folder / 'results.csv'
    frame = read_rows(path)
    if frame.empty:
        raise ValueError(f'no rows in {path}. Run without --report first')
    return frame


def runs_of(frame: 'pd.DataFrame', sampler: str,
            config: TrainingConfig) -> 'pd.DataFrame':
    r"""Returns the runs of a sampler under some settings, by seed."""
    runs = matching(frame, dict(config.settings(), sampler=sampler))
    return runs.set_index(runs['seed'].astype(int)) if len(runs) else runs


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
