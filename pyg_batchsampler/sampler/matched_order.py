r"""Exactly-once batches as hard as asked for."""

import math
from typing import List, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.graph.mean_similarity import mean_similarity
from pyg_batchsampler.sampler.bisection import Bisection, num_levels

NUM_TRIAL_INSTANCES = 8192
NUM_TRIALS = 5
NUM_DIRECTIONS = (4, 16)  # per level: more for few instances
TOLERANCE = 0.05  # of the hardness
MIN_HARDNESS = 1e-6  # below, the walks' batches are uniform ones


def matched_order(
    x: Tensor,
    remaining: Tensor,
    batch_size: int,
    hardness: float,
    generator: torch.Generator,
) -> Tensor:
    r"""Orders instances so that every :math:`B` in a row are as similar as
    asked for.

    Noise of standard deviation :math:`\sigma` in a bisection, see
    :class:`Bisection`, divides what it adds to the similarity by about
    :math:`(1 + \sigma^2)^\gamma`. A few trials on some of the instances find
    the :math:`\sigma` that is needed.

    Args:
        x (torch.Tensor): Rows of unit length, :math:`[N, D]`.
        remaining (torch.Tensor): The instances to order, in random order,
            :math:`[R]`.
        batch_size (int): :math:`B`.
        hardness (float): Mean in-batch similarity, less that of uniform
            batches.
        generator (torch.Generator): Source of randomness.

    Returns:
        The instances in their new order, on the CPU; the last batch may be
        short.
    """
    num_batches = -(-remaining.numel() // batch_size)
    if hardness <= MIN_HARDNESS or batch_size < 2 or num_batches < 2:
        return remaining
    x = x[remaining.to(x.device)]
    low, high = NUM_DIRECTIONS
    num_directions = min(max(low, 2**16 // x.size(0)), high)
    pair = torch.randint(x.size(0),
                         (2, num_levels(num_batches), num_directions),
                         generator=generator).to(x.device)
    direction = x[pair[0]] - x[pair[1]]
    direction /= direction.norm(dim=-1, keepdim=True).clamp_(min=1e-12)
    uniform = float(mean_similarity(x))

    cut = (torch.arange(num_batches + 1) * batch_size).clamp_(max=x.size(0))
    if x.size(0) <= 2 * NUM_TRIAL_INSTANCES:
        bisection = Bisection(x, direction, cut, generator)
        order = _match(bisection, x, batch_size, uniform, hardness)[1]
    else:
        # Trials keep the number of batches and take fewer instances of each.
        size = min(batch_size, max(8, NUM_TRIAL_INSTANCES // num_batches))
        some = x[:num_batches * size]
        trial = Bisection(some, direction,
                          torch.arange(num_batches + 1) * size, generator)
        noise_scale = _match(trial, some, size, uniform, hardness)[0]
        order = Bisection(x, direction, cut, generator).order(noise_scale)

    num_full = x.size(0) // batch_size
    full = order[:num_full * batch_size].view(num_full, batch_size)
    place = _spread(mean_similarity(x[full]), generator)
    full = full[place].flatten()
    return remaining[torch.cat([full, order[full.numel():]]).cpu()]


def _spread(hardness: Tensor, generator: torch.Generator) -> Tensor:
    r"""Orders batches at random such that each quarter of an epoch gets its
    share of the hard ones."""
    rank = hardness.argsort(descending=True).cpu()
    quarter = torch.arange(rank.numel()) % 8
    quarter = torch.minimum(quarter, 7 - quarter)  # 0 1 2 3 3 2 1 0 …
    noise = torch.rand(rank.numel(), generator=generator)
    names = torch.randperm(4, generator=generator)
    return rank[(names[quarter] + noise).argsort()]


def _match(
    bisection: Bisection,
    x: Tensor,
    batch_size: int,
    uniform: float,
    hardness: float,
) -> Tuple[float, Tensor]:
    r"""Returns the noise that comes closest, and the order it gave."""
    level, slope = 0.0, 1.5  # log(1 + sigma^2), and what it costs in hardness
    num_full = x.size(0) // batch_size
    best: List[Tuple[float, float, Tensor]] = []
    previous: Optional[Tuple[float, float]] = None
    for _ in range(NUM_TRIALS):
        noise_scale = math.sqrt(math.expm1(level))
        order = bisection.order(noise_scale)
        batch = x[order[:num_full * batch_size]].view(num_full, batch_size, -1)
        found = float(mean_similarity(batch).mean()) - uniform
        excess = math.log(max(found, 1e-3 * hardness) / hardness)
        best.append((abs(excess), noise_scale, order))
        if abs(excess) <= TOLERANCE or (level == 0 and excess < 0):
            break
        if previous is not None and level != previous[0]:
            slope = (previous[1] - excess) / (level - previous[0])
            slope = min(max(slope, 0.5), 3.0)
        previous = level, excess
        level = max(0.0, level + excess / slope)
    return min(best, key=lambda x: x[0])[1:]
