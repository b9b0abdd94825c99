r"""Exactly-once batches as hard as asked for."""

import math
from typing import List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.graph.mean_similarity import mean_similarity
from pyg_batchsampler.graph.unit_rows import unit_rows
from pyg_batchsampler.sampler.bisection import Bisection, num_levels

NUM_TRIAL_INSTANCES = 2048
NUM_TRIALS = 5
MAX_DIRECTIONS = 16  # per level, for few instances
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
    remaining, num_instances = remaining.to(x.device), remaining.numel()
    uniform = float(mean_similarity(
        x if num_instances == x.size(0) else x[remaining]))
    levels = num_levels(num_batches)
    num_directions = min(max(1, 2**14 // num_instances), MAX_DIRECTIONS)
    pair = torch.randint(num_instances, (2, levels * num_directions),
                         generator=generator).to(x.device)
    first, second = x[remaining[pair]]
    score = (x @ unit_rows(first - second).t()).t()[:, remaining]
    score = score.view(levels, num_directions, -1)

    cut = torch.arange(num_batches + 1) * batch_size
    cut = cut.clamp_(max=num_instances)
    bisection = Bisection(score, cut, generator)
    if num_instances <= 4 * NUM_TRIAL_INSTANCES:
        match = _match(bisection, x[remaining], batch_size, uniform, hardness)
        order = match.order
    else:
        # Trials keep the number of batches and take fewer instances of each.
        size = min(batch_size, max(8, NUM_TRIAL_INSTANCES // num_batches))
        cut = torch.arange(num_batches + 1) * size
        trial = Bisection(score[..., :cut[-1]], cut, generator)
        match = _match(trial, x[remaining[:cut[-1]]], size, uniform, hardness)
        order = bisection.order(match.noise_scale)

    num_full = num_instances // batch_size
    full = order[:num_full * batch_size].view(num_full, batch_size)
    full = full[_spread(match.hardness[:num_full], generator)].flatten()
    return remaining[torch.cat([full, order[full.numel():]])].cpu()


def _spread(hardness: Tensor, generator: torch.Generator) -> Tensor:
    r"""Orders batches at random such that each quarter of an epoch gets its
    share of the hard ones."""
    rank = hardness.argsort(descending=True).cpu()
    quarter = torch.arange(rank.numel()) % 8
    quarter = torch.minimum(quarter, 7 - quarter)  # 0 1 2 3 3 2 1 0 …
    noise = torch.rand(rank.numel(), generator=generator)
    names = torch.randperm(4, generator=generator)
    return rank[(names[quarter] + noise).argsort()]


class _Match(NamedTuple):
    error: float
    noise_scale: float
    order: Tensor
    hardness: Tensor  # of each full batch


def _match(bisection: Bisection, x: Tensor, batch_size: int, uniform: float,
           hardness: float) -> _Match:
    r"""Finds the noise that comes closest."""
    level, slope = 0.0, 1.5  # log(1 + sigma^2), and what it costs in hardness
    num_full = x.size(0) // batch_size
    matches: List[_Match] = []
    previous: Optional[Tuple[float, float]] = None
    for _ in range(NUM_TRIALS):
        noise_scale = math.sqrt(math.expm1(level))
        order = bisection.order(noise_scale)
        batch = x[order[:num_full * batch_size]].view(num_full, batch_size, -1)
        found = mean_similarity(batch)
        excess = float(found.mean()) - uniform
        excess = math.log(max(excess, 1e-3 * hardness) / hardness)
        matches.append(_Match(abs(excess), noise_scale, order, found))
        if abs(excess) <= TOLERANCE or (level == 0 and excess < 0):
            break
        if previous is not None and level != previous[0]:
            slope = (previous[1] - excess) / (level - previous[0])
            slope = min(max(slope, 0.5), 3.0)
        previous = level, excess
        level = max(0.0, level + excess / slope)
    return min(matches, key=lambda match: match.error)
