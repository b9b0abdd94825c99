r"""Which backend is faster where: measurements, never the clock."""

from math import log
from typing import List, NamedTuple


class Measurement(NamedTuple):
    r"""Seconds for one graph with :math:`K = M / 10`, on two cores of a
    server processor where the device is the CPU."""
    device: str
    num_instances: int
    num_candidates: int
    dim: int
    torch_cluster: float
    dense: float


# Printed by `python -m benchmarks.graph_build --table`.
MEASUREMENTS: List[Measurement] = [
    Measurement('cpu', 400, 100, 2, 0.00236, 0.00255),
    Measurement('cpu', 400, 100, 3, 0.00273, 0.00304),
    Measurement('cpu', 400, 100, 8, 0.00347, 0.00321),
    Measurement('cpu', 400, 100, 32, 0.00541, 0.00364),
    Measurement('cpu', 400, 100, 128, 0.011, 0.00437),
    Measurement('cpu', 400, 200, 2, 0.00268, 0.00298),
    Measurement('cpu', 400, 200, 3, 0.00258, 0.00268),
    Measurement('cpu', 400, 200, 8, 0.00371, 0.00272),
    Measurement('cpu', 400, 200, 32, 0.00551, 0.0028),
    Measurement('cpu', 400, 200, 128, 0.0124, 0.00359),
    Measurement('cpu', 4000, 100, 2, 0.00935, 0.0161),
    Measurement('cpu', 4000, 100, 3, 0.0118, 0.0159),
    Measurement('cpu', 4000, 100, 8, 0.0175, 0.0181),
    Measurement('cpu', 4000, 100, 32, 0.0343, 0.0227),
    Measurement('cpu', 4000, 100, 128, 0.0802, 0.0278),
    Measurement('cpu', 4000, 1000, 2, 0.0382, 0.0436),
    Measurement('cpu', 4000, 1000, 3, 0.0577, 0.0434),
    Measurement('cpu', 4000, 1000, 8, 0.113, 0.0349),
    Measurement('cpu', 4000, 1000, 32, 0.236, 0.0392),
    Measurement('cpu', 4000, 1000, 128, 0.516, 0.0472),
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
