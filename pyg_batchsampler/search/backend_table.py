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
    Measurement('cpu', 400, 100, 2, 0.00194, 0.00173),
    Measurement('cpu', 400, 100, 3, 0.00235, 0.00178),
    Measurement('cpu', 400, 100, 8, 0.00312, 0.00186),
    Measurement('cpu', 400, 100, 32, 0.00491, 0.00208),
    Measurement('cpu', 400, 100, 128, 0.00978, 0.00234),
    Measurement('cpu', 400, 200, 2, 0.00259, 0.00178),
    Measurement('cpu', 400, 200, 3, 0.003, 0.00176),
    Measurement('cpu', 400, 200, 8, 0.00436, 0.002),
    Measurement('cpu', 400, 200, 32, 0.00692, 0.00228),
    Measurement('cpu', 400, 200, 128, 0.0154, 0.00208),
    Measurement('cpu', 4000, 100, 2, 0.0102, 0.00979),
    Measurement('cpu', 4000, 100, 3, 0.00997, 0.00665),
    Measurement('cpu', 4000, 100, 8, 0.0217, 0.0129),
    Measurement('cpu', 4000, 100, 32, 0.0353, 0.0142),
    Measurement('cpu', 4000, 100, 128, 0.0917, 0.0158),
    Measurement('cpu', 4000, 1000, 2, 0.0375, 0.0239),
    Measurement('cpu', 4000, 1000, 3, 0.0612, 0.0211),
    Measurement('cpu', 4000, 1000, 8, 0.111, 0.0184),
    Measurement('cpu', 4000, 1000, 32, 0.235, 0.0356),
    Measurement('cpu', 4000, 1000, 128, 0.613, 0.036),
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
