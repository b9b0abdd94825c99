r"""Which backend is faster where: measurements, never the clock."""

from math import log
from typing import List, NamedTuple


class Measurement(NamedTuple):
    r"""Seconds for one graph with :math:`K = M / 10`."""
    device: str
    num_instances: int
    num_candidates: int
    dim: int
    torch_cluster: float
    dense: float


# Printed by `python benchmarks/graph_build.py --table`.
MEASUREMENTS: List[Measurement] = [
    Measurement('cpu', 20000, 1000, 128, 4.0, 0.2),
]


def fastest_backend(num_instances: int, num_candidates: int, dim: int,
                    device: str) -> str:
    r"""Returns the faster backend at the nearest measurement, by ratios of
    :math:`N`, :math:`M` and :math:`D`; :obj:`"dense"` on devices that were
    not measured.

    Example:
        >>> fastest_backend(10000, 1000, 64, 'cpu')
        'dense'
    """
    known = [x for x in MEASUREMENTS if x.device == device]
    if not known:
        return 'dense'
    nearest = min(
        known, key=lambda x: abs(log(x.num_instances / num_instances)) +
        abs(log(x.num_candidates / num_candidates)) + abs(log(x.dim / dim)))
    faster = nearest.torch_cluster < nearest.dense
    return 'torch_cluster' if faster else 'dense'
