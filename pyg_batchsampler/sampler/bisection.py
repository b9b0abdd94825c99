r"""A partition into batches by noisy bisections."""

from typing import Any

import numpy as np
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import MIN_WORK, run_in_threads
from pyg_batchsampler.compiled.split_mix import GAMMA, split_mix

SCORE_BITS = 20  # after the point of a score in standard deviations
INSTANCE = 2**32 - 1  # the low half of a key
SAMPLE_SIZE = 1024  # instances that show how far a part is spread
NUM_PARTS = 8  # enough for threads to share
NANOSECONDS = 10  # per instance and level


def bisect(score: Tensor, instance: Tensor, cut: Tensor, noise_scale: float,
           seed: int) -> Tensor:
    r"""Splits instances into batches, each part in two halves again and
    again.

    Every level has a few random directions, differences of two random
    instances, of which each part takes the one along which it is spread most.
    Its instances are split by their projection onto that direction plus
    noise, where the batches of the first half are full. What meets in a
    batch thus lies on the same side of most cuts, and batches are full by
    construction, without rejections or left-overs. No noise gives the most
    similar batches, much noise uniform ones.

    Args:
        score (torch.Tensor): Projections onto the directions of each level,
            on the CPU, :math:`[L, C, N]` with :math:`L =`
            :meth:`num_levels`.
        instance (torch.Tensor): The instances to split, in random order,
            :math:`[R]`.
        cut (torch.Tensor): Where batches begin and end, rising from
            :math:`0` to :math:`R`, :math:`[S + 1]`.
        noise_scale (float): Standard deviation of the noise, in units of the
            standard deviation of the projections in a part.
        seed (int): Source of the noise.

    Returns:
        The instances batch by batch, :math:`[R]`.
    """
    key = instance.clone()
    num_batches = cut.numel() - 1
    levels, level = num_levels(num_batches), 0
    parts = np.array([0, num_batches])
    while level < levels:
        # One thread splits a part all the way down, once there are parts
        # enough to share or if there is little to do.
        work = NANOSECONDS * key.numel() * (levels - level)
        is_shared = len(parts) > NUM_PARTS or work < MIN_WORK
        depth = levels if is_shared else level + 1
        run_in_threads(_split_parts, len(parts) - 1, work, parts, level, depth,
                       score.numpy(), cut.numpy(), noise_scale,
                       np.uint64(seed), key.numpy())
        level = depth
        parts = np.unique(np.append(parts, (parts[:-1] + parts[1:]) // 2))
    return key & INSTANCE


def num_levels(num_batches: int) -> int:
    r"""How often parts are halved until each is one batch.

    Example:
        >>> [num_levels(i) for i in [1, 2, 3, 4, 5]]
        [0, 1, 2, 2, 3]
    """
    return (num_batches - 1).bit_length()


@kernel
def _split_parts(begin: int, end: int, parts: Any, level: int, depth: int,
                 score: Any, cut: Any, noise_scale: float, seed: np.uint64,
                 key: Any) -> None:
    r"""Splits parts, given by the batches at which they begin and end, level
    after level."""
    left = [(0, 0, 0)]  # first batch, batch after the last, level
    for p in range(begin, end):
        left.append((parts[p], parts[p + 1], level))
        while len(left) > 1:
            first, last, i = left.pop()
            if last - first < 2 or i == depth:
                continue
            middle = (first + last) // 2
            _split(score[i], cut[first], cut[middle], cut[last], noise_scale,
                   split_mix(seed + np.uint64(i)), key)
            left.append((first, middle, i + 1))
            left.append((middle, last, i + 1))


@kernel
def _split(score: Any, low: int, middle: int, high: int, noise_scale: float,
           seed: np.uint64, key: Any) -> None:
    best, spread, mean = 0, -1.0, 0.0
    step = 1 + (high - low) // SAMPLE_SIZE
    count = (high - low + step - 1) // step
    for c in range(len(score)):
        total, square = 0.0, 0.0
        for i in range(low, high, step):
            value = score[c, key[i] & INSTANCE]
            total += value
            square += value * value
        average = total / count
        variance = square / count - average * average
        if variance > spread:
            best, spread, mean = c, variance, average

    # Scores with noise, in fixed point, above the instances they belong to.
    unit = 2**SCORE_BITS / np.sqrt(1 + noise_scale * noise_scale)
    scale = unit / np.sqrt(max(spread, 1e-20))
    for i in range(low, high):
        j = key[i] & INSTANCE
        value = (score[best, j] - mean) * scale
        if noise_scale > 0:
            value += unit * noise_scale * _noise(seed, j)
        value = min(max(value, -2.0**31), 2.0**31 - 1)
        key[i] = (np.int64(value) << 32) | j
    _partition(key, low, high - 1, middle)


@kernel
def _noise(seed: np.uint64, position: int) -> float:
    r"""About normal, with variance one: the sum of four uniform numbers."""
    bits = split_mix(seed + np.uint64(position) * GAMMA)
    total = 0.0
    for _ in range(4):
        total += np.float64(bits & np.uint64(0xFFFF))
        bits >>= np.uint64(16)
    return (total / 0xFFFF - 2) * np.sqrt(3)


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
