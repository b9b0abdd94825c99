r"""Paired differences over seeds, and what can be said of them."""

import csv
from pathlib import Path
from typing import List, NamedTuple, Sequence

import numpy as np
from scipy import stats

from pyg_batchsampler.files import written_whole

LEVEL = 0.05
POWER = 0.8
MIN_SEEDS = 10  # below, a difference is shown, not tested


class Difference(NamedTuple):
    r"""A paired difference in points.

    Args:
        mean (float): Mean over pairs.
        error (float): Its standard error.
        half_width (float): Half of its 95 % confidence interval.
        p_value (float): Of the paired t-test, two-sided.
        detectable (float): The smallest gain that such pairs would have shown
            four times out of five.
        num_pairs (int): Number of pairs.
    """
    mean: float
    error: float
    half_width: float
    p_value: float
    detectable: float
    num_pairs: int

    @property
    def text(self) -> str:
        r"""The difference with its confidence interval, if it has one."""
        spread = f' ± {self.half_width:.2f}' if self.num_pairs > 1 else ''
        return f'{self.mean:+.2f}{spread}'


def mean_and_std(values: Sequence[float]) -> str:
    r"""Formats a mean with the standard deviation of several values.

    Example:
        >>> mean_and_std([1.0, 3.0]), mean_and_std([1.0])
        ('2.00 ± 1.41', '1.00')
    """
    spread = f' ± {np.std(values, ddof=1):.2f}' if len(values) > 1 else ''
    return f'{np.mean(values):.2f}{spread}'


def paired_difference(a: Sequence[float], b: Sequence[float]) -> Difference:
    r"""Compares :obj:`a` with :obj:`b`, which share their seeds."""
    d = np.asarray(a) - np.asarray(b)
    n = len(d)
    if n < 2:
        nan = float('nan')
        return Difference(float(d.mean()) if n else nan, nan, nan, nan, nan,
                          n)
    error = float(d.std(ddof=1)) / n**0.5
    t = stats.t(n - 1)
    quantile = float(t.ppf(1 - LEVEL / 2))
    # No spread at all: certain if there is a difference, nothing if not.
    p_value = 2 * float(t.sf(abs(d.mean()) / error)) if error > 0 else (
        float(d.mean() == 0))
    return Difference(float(d.mean()), error, quantile * error, p_value,
                      (quantile + float(t.ppf(POWER))) * error, n)


def holm(p_values: Sequence[float]) -> List[float]:
    r"""Corrects p-values for their number (Holm, 1979).

    Example:
        >>> [round(p, 3) for p in holm([0.04, 0.01, 0.03])]
        [0.06, 0.03, 0.06]
    """
    order = np.argsort(p_values)
    out, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, (len(p_values) - rank) * p_values[i])
        out[i] = min(1.0, largest)
    return out


Table = List[List[str]]


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
