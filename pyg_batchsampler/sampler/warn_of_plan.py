r"""What keeps the mini-batches of a plan from being hard."""

import torch

from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.warn_caller import warn_caller

MAX_RATIO = 0.3  # of the instances in a mini-batch
MAX_DIRECTION = 0.9
NUM_ROWS = 2**12  # at most, that are looked at


def mean_direction(x: UnitRows) -> float:
    r"""Returns the norm of the mean of rows of unit length, or of some of
    them: :math:`0` where they point everywhere, :math:`1` where all point one
    way.

    Example:
        >>> mean_direction(UnitRows(torch.tensor([[3.0, 0.0], [9.0, 0.0]])))
        1.0
    """
    number = min(x.size(0), NUM_ROWS)
    index = torch.arange(number) * x.size(0) // number  # evenly spaced
    return float(x[index.to(x.device)].mean(dim=0).norm())


def warn_of_direction(x: UnitRows) -> bool:
    r"""Warns if the rows of an embedding that is not centered point one way;
    returns whether it did."""
    direction = mean_direction(x)
    if not direction > MAX_DIRECTION:
        return False
    warn_caller(
        "the rows of the embedding point one way: at unit length, their mean "
        f"has norm {direction:.3f} (0 in all directions, 1 in one). "
        "Similarities barely differ, and the few dimensions that vary most "
        "decide which mini-batches are hard. Give center=True to standardise "
        "the dimensions before, so that all count alike")
    return True


def warn_of_size(batch_size: int, num_instances: int,
                 num_ranks: int) -> bool:
    r"""Warns if mini-batches hold so much of the data set that there is
    little to choose; returns whether it did."""
    if batch_size <= MAX_RATIO * num_instances:
        return False
    way = ''
    most = int(MAX_RATIO * num_instances) // num_ranks
    if most > 1:
        way = f"Lower 'batch_size', e.g., to {most}, or use"
    warn_caller(
        f"mini-batches of {batch_size} hold "
        f"{min(1.0, batch_size / num_instances):.0%} of the {num_instances} "
        "instances: that leaves little to choose, and hard mini-batches are "
        f"much like uniform ones. {way or 'Use'} 'uniform' ones")
    return True
