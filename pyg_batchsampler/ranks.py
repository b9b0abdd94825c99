r"""Processes that train together: torch.distributed, or one if there is no
process group."""

from typing import Any, List

import torch.distributed as dist
from torch import Tensor


def get_num_ranks() -> int:
    r"""Returns the number of processes that train together.

    Example:
        >>> get_num_ranks()
        1
    """
    if dist.is_available() and dist.is_initialized():
        return dist.get_world_size()
    return 1


def get_rank() -> int:
    r"""Returns the number of this process among them.

    Example:
        >>> get_rank()
        0
    """
    return dist.get_rank() if get_num_ranks() > 1 else 0


def share_of(batch: Tensor) -> Tensor:
    r"""Returns this rank's share of a global mini-batch.

    Shares differ by one instance at most. A mini-batch of fewer instances
    than ranks repeats some, since a rank without instances would stall all
    others.

    Example:
        >>> share_of(torch.tensor([3, 1, 2]))
        tensor([3, 1, 2])
    """
    num_ranks, rank = get_num_ranks(), get_rank()
    if batch.numel() < num_ranks:
        rank = rank % batch.numel()
    return batch[rank::num_ranks]


def gather_from_ranks(value: Any) -> List[Any]:
    r"""Returns the values of all ranks, which must all call this.

    Example:
        >>> gather_from_ranks('here')
        ['here']
    """
    values = [value] * get_num_ranks()
    if len(values) > 1:
        dist.all_gather_object(values, value)
    return values
