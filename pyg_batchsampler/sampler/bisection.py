r"""A partition by bisections."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import run_in_threads

SCORE_BITS = 20  # after the point of a score in standard deviations
PLACE = 2**32 - 1  # the low half of a key
SAMPLE_SIZE = 1024  # instances that show how far a part is spread
NANOSECONDS = 10  # per instance and level


def bisect(score: Tensor, instance: Tensor, cut: Tensor,
           num_leaves: int) -> Tensor:
    r"""Splits each part of the instances in two halves again and again, until
    leaves are left.

    Every level has a few random directions, of which each part takes the one
    along which it is spread most.
    Its instances are split by their projection onto that direction, where the
    leaves of the first half are full. What meets in a leaf thus lies on the
    same side of most cuts, and leaves are full by construction, without
    rejections or left-overs.

    Args:
        score (torch.Tensor): Projections onto the directions of each level,
            on the CPU, :math:`[L, C, N]` with :math:`L =`
            :meth:`num_levels`.
        instance (torch.Tensor): The instances to split, part by part and each
            in random order, :math:`[R]`.
        cut (torch.Tensor): Where leaves begin and end, rising from
            :math:`0` to :math:`R`, :math:`[S + 1]`.
        num_leaves (int): Leaves of each part, which divides :math:`S`.

    Returns:
        The instances leaf by leaf, :math:`[R]`.
    """
    key = torch.arange(instance.numel())
    num_parts = (cut.numel() - 1) // num_leaves
    work = NANOSECONDS * key.numel() * num_levels(num_leaves)
    run_in_threads(_split_parts, num_parts, work, num_leaves, score.numpy(),
                   instance.numpy(), cut.numpy(), key.numpy())
    return instance[key & PLACE]


def num_levels(num_leaves: int) -> int:
    r"""How often parts are halved until each is one leaf.

    Example:
        >>> [num_levels(i) for i in [1, 2, 3, 4, 5]]
        [0, 1, 2, 2, 3]
    """
    return (num_leaves - 1).bit_length()


@kernel
def _split_parts(begin: int, end: int, num_leaves: int, score: Any,
                 instance: Any, cut: Any, key: Any) -> None:
    r"""Splits parts, level after level."""
    left = [(0, 0, 0)]  # first leaf, leaf after the last, level
    for p in range(begin, end):
        left.append((p * num_leaves, (p + 1) * num_leaves, 0))
        while len(left) > 1:
            first, last, level = left.pop()
            if last - first < 2 or cut[last] == cut[first]:
                continue
            middle = (first + last) // 2
            _split(score[level], instance, cut[first], cut[middle], cut[last],
                   key)
            left.append((first, middle, level + 1))
            left.append((middle, last, level + 1))


@kernel
def _split(score: Any, instance: Any, low: int, middle: int, high: int,
           key: Any) -> None:
    best, spread, mean = 0, -1.0, 0.0
    step = 1 + (high - low) // SAMPLE_SIZE
    count = (high - low + step - 1) // step
    for c in range(len(score)):
        total, square = 0.0, 0.0
        for i in range(low, high, step):
            value = score[c, instance[key[i] & PLACE]]
            total += value
            square += value * value
        average = total / count
        variance = square / count - average * average
        if variance > spread:
            best, spread, mean = c, variance, average

    # Scores, in fixed point, above the places of their instances: those of
    # equal scores stay in random order.
    scale = 2**SCORE_BITS / np.sqrt(max(spread, 1e-20))
    for i in range(low, high):
        j = key[i] & PLACE
        value = (score[best, instance[j]] - mean) * scale
        value = min(max(value, -2.0**31), 2.0**31 - 1)
        key[i] = (np.int64(value) << 32) | j
    _partition(key, low, high - 1, middle)


@kernel
def _partition(key: Any, low: int, high: int, middle: int) -> None:
    r"""Moves the smallest keys to the left of :obj:`middle`; keys are
    distinct."""
    while low < high:
        pivot = key[(low + high) // 2]
        key[(low + high) // 2] = key[high]
        place = low
        for i in range(low, high):  # without branches
            value = key[i]
            key[i] = key[place]
            key[place] = value
            place += value < pivot
        key[high] = key[place]
        key[place] = pivot
        if middle < place:
            high = place - 1
        elif middle > place:
            low = place + 1
        else:
            break
