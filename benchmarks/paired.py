r"""Paired differences over seeds, and what can be said of them."""

from typing import Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from scipy import stats

LEVEL = 0.05
POWER = 0.8
MIN_SEEDS = 10  # below, a difference is shown, not tested


class Difference(NamedTuple):
    r"""A paired difference in points.

    Args:
        mean (float): Mean over pairs.
        standard_error (float): Of that mean.
        half_width (float): Half of its 95 % confidence interval.
        p_value (float): Of the paired t-test, two-sided.
        detectable (float): The smallest gain that such pairs would have shown
            four times out of five, if it were the only one that is tested.
        num_pairs (int): Number of pairs.
    """
    mean: float
    standard_error: float
    half_width: float
    p_value: float
    detectable: float
    num_pairs: int

    @property
    def text(self) -> str:
        r"""The difference with its confidence interval, if it has one."""
        spread = f' ± {self.half_width:.2f}' if self.num_pairs > 1 else ''
        return f'{self.mean:+.2f}{spread}'


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


def p_text(p_value: float) -> str:
    r"""Formats a p-value.

    Example:
        >>> p_text(0.0456), p_text(0.0001)
        ('0.046', '< 0.001')
    """
    return f'{p_value:.3f}' if p_value >= 0.0005 else '< 0.001'


def corrected(differences: Sequence[Difference]) -> List[str]:
    r"""Returns p-values, corrected for the number of those of enough seeds;
    nothing for the others.

    Example:
        >>> few, many = (Difference(1.0, 0.1, 0.2, 0.01, 0.3, n)
        ...              for n in [3, 10])
        >>> corrected([many, few, many])
        ['0.020', '', '0.020']
    """
    tested = [i for i, each in enumerate(differences)
              if each.num_pairs >= MIN_SEEDS]
    found = dict(zip(tested, holm([differences[i].p_value for i in tested])))
    return [p_text(found[i]) if i in found else ''
            for i in range(len(differences))]


def verdicts(differences: Dict[Tuple[str, str, str], Difference],
             has_room: Dict[Tuple[str, str], bool]) -> List[List[str]]:
    r"""Says of each cell what its difference to uniform mini-batches shows:
    p is corrected over the cells with room and enough seeds."""
    tested = [key for key, value in differences.items()
              if value.num_pairs >= MIN_SEEDS and has_room.get(key[:2])]
    corrected = dict(zip(tested, holm([differences[key].p_value
                                       for key in tested])))
    out: List[List[str]] = [['data set', 'method', 'mini-batches',
                   'difference ± 95 % CI', 'seeds', 'p', 'detectable',
                   'verdict']]
    for key in sorted(differences):
        value = differences[key]
        if value.num_pairs < MIN_SEEDS or key[:2] not in has_room:
            verdict = 'not tested'
        elif not has_room[key[:2]]:
            verdict = 'no room'
        elif corrected[key] >= LEVEL:
            verdict = 'within noise'
        else:
            verdict = '**better**' if value.mean > 0 else '**worse**'
        p_value = f'{corrected[key]:.3f}' if key in corrected else ''
        out.append([*key[:2], key[2], value.text,
                    str(value.num_pairs), p_value,
                    f'{value.detectable:.2f}' if value.num_pairs > 1 else '',
                    verdict])
    return out
