r"""Restart probabilities that change over the epochs."""

from functools import partial
from typing import Callable, Union

from pyg_batchsampler.checks import check_probability

MIN_RESTART_PROB = 0.05  # of the paper's release
RestartProb = Union[float, Callable[[int], float]]


def decay_restart_prob(
    start: float = 0.2,
    step: float = 0.02,
    low: float = MIN_RESTART_PROB,
) -> Callable[[int], float]:
    r"""Returns the schedule of the paper's release, which lets walks stray
    further from epoch to epoch:
    :math:`\alpha_e = \max(\alpha_0 - e \cdot s, \alpha_{\min})`.

    Args:
        start (float, optional): :math:`\alpha_0 \in [0, 1)`. (default:
            :obj:`0.2`)
        step (float, optional): Decrease per epoch :math:`s`. (default:
            :obj:`0.02`)
        low (float, optional): Where it ends, :math:`\alpha_{\min}`.
            (default: :obj:`0.05`)

    Example:
        >>> schedule = decay_restart_prob()
        >>> schedule(0), schedule(100)
        (0.2, 0.05)
    """
    check_probability('start', start)
    check_probability('low', low)
    return partial(_decayed, start, step, low)


def _decayed(start: float, step: float, low: float, epoch: int) -> float:
    return max(start - step * epoch, low)


def restart_prob_at(restart_prob: RestartProb, epoch: int,
                    decay: float = 0.0) -> float:
    r"""Evaluates a number, less what it has lost until then, or a
    schedule.

    Example:
        >>> restart_prob_at(0.2, epoch=100, decay=0.02)
        0.05
    """
    value = restart_prob(epoch) if callable(restart_prob) else restart_prob
    value = check_probability('restart_prob', value)
    return max(value - decay * epoch, min(MIN_RESTART_PROB, value))
