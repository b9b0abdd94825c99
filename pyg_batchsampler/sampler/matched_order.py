r"""Exactly-once batches as hard as asked for."""

import math
from typing import List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.sampler.bisection import bisect, num_levels
from pyg_batchsampler.seed import draw_seed
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows

NUM_TRIAL_INSTANCES = 2048
NUM_TRIALS = 5
MAX_DIRECTIONS = 16  # that each level chooses from
TOLERANCE = 0.05  # of the hardness
MIN_HARDNESS = 1e-6  # below it, uniform mini-batches will do


def matched_order(
    x: UnitRows,
    remaining: Tensor,
    batch_size: int,
    hardness: float,
    generator: torch.Generator,
) -> Tensor:
    r"""Orders instances so that every :math:`B` in a row are as similar as
    asked for.

    Noise of standard deviation :math:`\sigma` in :meth:`bisect` divides what
    it adds to the similarity by about :math:`(1 + \sigma^2)^\gamma`. A few
    trials on some of the instances find the :math:`\sigma` that is needed.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        remaining (torch.Tensor): The instances to order, in random order,
            :math:`[R]`.
        batch_size (int): :math:`B`.
        hardness (float): What the mean in-batch similarity shall exceed
            that of uniform batches by.
        generator (torch.Generator): Source of randomness.

    Returns:
        The instances in their new order, on the CPU; the last batch may be
        short.
    """
    num_batches = -(-remaining.numel() // batch_size)
    if batch_size < 2 or num_batches < 2 or hardness <= MIN_HARDNESS:
        return remaining
    score = projections(x, remaining, num_batches, generator)
    seed = draw_seed(generator)
    # A trial makes as many mini-batches as the plan, so that cuts are as deep;
    # if there are many instances, its mini-batches are smaller.
    size, is_all = batch_size, remaining.numel() <= 4 * NUM_TRIAL_INSTANCES
    if not is_all:
        size = min(size, max(8, NUM_TRIAL_INSTANCES // num_batches))
    some = remaining[:num_batches * size]
    match = _match(x[some.to(x.device)], score[..., some], size, hardness,
                   seed)
    order = remaining[match.order] if is_all else bisect(
        score, remaining, cuts(remaining.numel(), batch_size),
        match.noise_scale, seed)

    num_full = remaining.numel() // batch_size
    full = order[:num_full * batch_size].view(num_full, batch_size)
    full = full[_spread(match.hardness[:num_full], generator)].flatten()
    return torch.cat([full, order[full.numel():]])


def projections(x: UnitRows, remaining: Tensor, num_batches: int,
                generator: torch.Generator,
                min_directions: int = 1) -> Tensor:
    r"""Projects all of :obj:`x` onto the directions of each level of
    :meth:`bisect`, differences of two random instances, on the CPU,
    :math:`[L, C, N]`."""
    num_directions = 2**14 // remaining.numel()
    num_directions = min(max(min_directions, num_directions), MAX_DIRECTIONS)
    levels = num_levels(num_batches)
    pair = torch.randint(remaining.numel(), (2, levels * num_directions),
                         generator=generator)
    ends = x[remaining[pair.flatten()].to(x.device)]
    first, second = ends.view(2, -1, ends.size(1))
    direction = unit_rows(first - second).t()
    # [rows, D] @ [D, few] is faster than [few, D] @ [D, rows].
    score = torch.empty(levels * num_directions, x.size(0))
    done = 0
    for rows in x.blocks():
        score[:, done:done + rows.size(0)] = (rows @ direction).t()
        done += rows.size(0)
    return score.view(levels, num_directions, x.size(0))


def cuts(num_instances: int, size: int) -> Tensor:
    r"""Returns where sets of a size begin and end, the last one may be
    smaller.

    Example:
        >>> cuts(5, 2)
        tensor([0, 2, 4, 5])
    """
    cut = torch.arange(-(-num_instances // size) + 1) * size
    return cut.clamp_(max=num_instances)


def _spread(hardness: Tensor, generator: torch.Generator) -> Tensor:
    r"""Orders batches at random such that each quarter of an epoch gets its
    share of the hard ones."""
    rank = hardness.argsort(descending=True)
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


def _match(x: Tensor, score: Tensor, size: int, hardness: float,
           seed: int) -> _Match:
    r"""Finds the noise that comes closest."""
    uniform = float(mean_similarity(x))
    level, slope = 1.0, 1.5  # log(1 + sigma^2), and what it costs in hardness
    everyone = torch.arange(x.size(0))
    cut, num_full = cuts(x.size(0), size), x.size(0) // size
    matches: List[_Match] = []
    previous: Optional[Tuple[float, float]] = None
    for _ in range(NUM_TRIALS):
        noise_scale = math.sqrt(math.expm1(level))
        order = bisect(score, everyone, cut, noise_scale, seed)
        full = order[:num_full * size].view(num_full, size)
        found = mean_similarity(x, full).cpu() - uniform
        excess = max(float(found.mean()), 1e-3 * hardness)
        excess = math.log(excess / hardness)
        matches.append(_Match(abs(excess), noise_scale, order, found))
        if abs(excess) <= TOLERANCE or (level == 0 and excess < 0):
            break
        if previous is not None and level != previous[0]:
            slope = (previous[1] - excess) / (level - previous[0])
            slope = min(max(slope, 0.5), 3.0)
        previous = level, excess
        level = max(0.0, level + excess / slope)
    return min(matches, key=lambda match: match.error)
