r"""The one check that every plan passes."""

from typing import List, Optional, Sequence

import torch
from torch import Tensor


def check_plan(
    batches: Sequence[Tensor],
    sizes: Sequence[int],
    num_instances: int,
    allowed: Optional[Tensor],
    maker: str,
) -> List[Tensor]:
    r"""Returns mini-batches if they are what was asked for.

    Args:
        batches (list): The instances of each mini-batch.
        sizes (list): How many instances each of them must hold.
        num_instances (int): Number of instances :math:`N`.
        allowed (torch.Tensor, optional): The instances that must appear
            exactly once, :math:`[R]`; if not given, those within a
            mini-batch must be distinct.
        maker (str): Who has made them, for the message.

    Raises:
        ValueError: With the first offence.

    Example:
        >>> check_plan([torch.tensor([0, 1]), torch.tensor([1])], [2, 1], 3,
        ...            torch.arange(3), 'mine')
        Traceback (most recent call last):
        ...
        ValueError: mine must use each instance at most once per epoch (got
        instance 1 in mini-batches 0 and 1)
    """
    if len(batches) != len(sizes):
        raise ValueError(f"{maker} must make {len(sizes)} mini-batches "
                         f"(got {len(batches)})")
    for i, (batch, size) in enumerate(zip(batches, sizes)):
        if not isinstance(batch, Tensor) or batch.dtype != torch.long or (
                batch.dim() != 1):
            found = (f'{list(batch.shape)} of {batch.dtype}'
                     if isinstance(batch, Tensor) else type(batch).__name__)
            raise ValueError(f"{maker} must make mini-batches [B] of "
                             f"torch.long (got {found})")
        if batch.numel() != size:
            raise ValueError(f"{maker} must put {size} instances into "
                             f"mini-batch {i} (got {batch.numel()})")
    if not batches:
        return []
    flat = torch.cat(list(batches))
    low, high = (int(end) for end in flat.aminmax())
    if low < 0 or high >= num_instances:
        raise ValueError(f"{maker} must choose instances in [0, "
                         f"{num_instances}) (got {low if low < 0 else high})")
    if allowed is None:
        _check_each(batches, num_instances, maker)
    else:
        is_used = torch.zeros(num_instances, dtype=torch.bool)
        is_used[flat] = True
        if int(is_used.sum()) != flat.numel():
            order = flat.argsort(stable=True)
            same = flat[order][1:] == flat[order][:-1]
            instance = int(flat[order[1:][same].min()])
            where = [i for i, batch in enumerate(batches)
                     for _ in range(int((batch == instance).sum()))]
            raise ValueError(
                f"{maker} must use each instance at most once per epoch (got "
                f"instance {instance} in mini-batches {where[0]} and "
                f"{where[1]})")
        is_used[allowed] = False
        if bool(is_used.any()):
            raise ValueError(
                f"{maker} must use the instances that remain in the epoch "
                f"(got {int(is_used.nonzero()[0])}, which does not)")
    return list(batches)


def _check_each(batches: Sequence[Tensor], num_instances: int,
                maker: str) -> None:
    r"""Raises an error unless the instances of a mini-batch are distinct."""
    place = torch.empty(num_instances, dtype=torch.long)
    for i, batch in enumerate(batches):
        order = torch.arange(batch.numel())
        place[batch] = order
        bad = (place[batch] != order).nonzero()
        if bad.numel() > 0:
            raise ValueError(
                f"{maker} must put distinct instances into a mini-batch (got "
                f"instance {int(batch[int(bad[0])])} twice in mini-batch {i})")
