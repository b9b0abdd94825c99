r"""Exactly-once mini-batches of several small groups, as hard as those of
several short walks."""

import math
from typing import List, NamedTuple

import torch
from torch import Tensor

from pyg_batchsampler.sampler.bisection import bisect
from pyg_batchsampler.sampler.matched_order import cuts, projections
from pyg_batchsampler.sampler.nearest_groups import nearest_groups
from pyg_batchsampler.seed import draw_seed, make_generator
from pyg_batchsampler.similarity.top_similarity import top_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows

LEAF_SIZE = 32  # instances among which groups are formed
MIN_GROUPS = 2  # that a leaf holds
MIN_DIRECTIONS = 4  # that each level chooses from
NUM_TRIAL_INSTANCES = 8192  # that show how hard mini-batches are
MAX_REPEATS = 4  # of a trial, where there are fewer
NUM_TRIALS = 6
TOLERANCE = 0.02  # of what groups add to the similarity


class Groups(NamedTuple):
    r"""Groups of equal size, and the instances that are left over.

    Args:
        full (torch.Tensor): The groups, in random order, :math:`[G, k]`.
        rest (torch.Tensor): What fills no group, fewer than :math:`k`.
    """
    full: Tensor
    rest: Tensor


def form_groups(x: UnitRows, instance: Tensor, group_size: int,
                noise_scale: float, generator: torch.Generator,
                most: int = 0) -> Groups:
    r"""Splits instances into groups of :math:`k` that are similar to each
    other: by noisy bisections, see :meth:`bisect`, into leaves of about 32,
    and these by :meth:`nearest_groups`.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        instance (torch.Tensor): The instances to split, in random order,
            :math:`[R]`.
        group_size (int): :math:`k`.
        noise_scale (float): Standard deviation of the noise.
        generator (torch.Generator): Source of randomness.
        most (int, optional): Instances that are enough, all if :obj:`0`.
            (default: :obj:`0`)
    """
    size = group_size * max(MIN_GROUPS, LEAF_SIZE // group_size)
    cut = cuts(instance.numel(), size)
    score = projections(x, instance, cut.numel() - 1, generator,
                        MIN_DIRECTIONS)
    order = bisect(score, instance, cut, noise_scale, draw_seed(generator))
    num_leaves = order.numel() // size
    leaves = order[:num_leaves * size].view(num_leaves, size)
    if most > 0:
        some = torch.randperm(num_leaves, generator=generator)
        leaves = leaves[some[:-(-most // size)]]
    parts = [nearest_groups(x, leaves, group_size).reshape(-1, group_size)]
    last = order[num_leaves * size:]
    if last.numel() > 0:
        last = nearest_groups(x, last.view(1, -1), group_size).view(-1)
    num_more = last.numel() // group_size
    parts.append(last[:num_more * group_size].view(-1, group_size))
    full = torch.cat(parts)
    perm = torch.randperm(full.size(0), generator=generator)
    return Groups(full[perm], last[num_more * group_size:])


def grouped_order(x: UnitRows, remaining: Tensor, batch_size: int,
                  group_size: int, noise_scale: float,
                  generator: torch.Generator) -> Tensor:
    r"""Orders instances so that every :math:`B` in a row are
    :math:`\lfloor B / k \rfloor` groups of :math:`k`, and parts of one more
    if :math:`k` does not divide :math:`B`.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        remaining (torch.Tensor): The instances to order, in random order,
            :math:`[R]`.
        batch_size (int): :math:`B`.
        group_size (int): :math:`k < B`.
        noise_scale (float): What :meth:`match_noise` has found.
        generator (torch.Generator): Source of randomness.
    """
    full, rest = form_groups(x, remaining, group_size, noise_scale, generator)
    num_batches = remaining.numel() // batch_size
    num_groups = batch_size // group_size
    whole = full[:num_batches * num_groups].reshape(num_batches, -1)
    rest = torch.cat([full[num_batches * num_groups:].flatten(), rest])
    num_more = batch_size - whole.size(1)
    more = rest[:num_batches * num_more].view(num_batches, num_more)
    batches = torch.cat([whole, more], dim=1).flatten()
    return torch.cat([batches, rest[more.numel():]])


def match_noise(x: UnitRows, batch_size: int, group_size: int, target: float,
                seed: int) -> float:
    r"""Finds the noise at which mini-batches are as hard as asked for, by a
    few trials; none, if they cannot be.

    Noise of standard deviation :math:`\sigma` in :meth:`bisect` divides what
    groups add to the similarity by about :math:`(1 + \sigma^2)^\gamma`.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        batch_size (int): :math:`B \leq N`.
        group_size (int): :math:`k < B`.
        target (float): What the similarity of an instance to the most similar
            other one in its mini-batch shall be on average.
        seed (int): Source of randomness.
    """
    everyone = torch.randperm(x.size(0), generator=make_generator(seed))
    uniform = everyone[:max(1, min(NUM_TRIAL_INSTANCES, x.size(0)) //
                            batch_size) * batch_size]
    base = float(top_similarity(x, uniform.view(-1, batch_size)).mean())
    wanted = max(target - base, 1e-6)
    num_repeats = max(1, min(MAX_REPEATS, NUM_TRIAL_INSTANCES // x.size(0)))

    def excess(level: float) -> float:
        r"""The logarithm of what is found over what is wanted."""
        found = []
        for i in range(num_repeats):  # other directions each time
            groups = form_groups(x, everyone, group_size,
                                 math.sqrt(math.expm1(level)),
                                 make_generator(seed, 1, i),
                                 max(NUM_TRIAL_INSTANCES, batch_size))
            size = batch_size // group_size
            num_batches = groups.full.size(0) // size
            batches = groups.full[:num_batches * size].view(num_batches, -1)
            found.append(top_similarity(x, batches).mean())
        mean = float(torch.stack(found).mean()) - base
        return math.log(max(mean, 1e-3 * wanted) / wanted)

    level, slope = 0.0, 1.0  # log(1 + sigma^2), and what it takes away
    trials: List['tuple[float, float, float]'] = []
    for _ in range(NUM_TRIALS):
        found = excess(level)
        trials.append((abs(found), level, found))
        if abs(found) <= TOLERANCE or (level == 0 and found < 0):
            break
        if len(trials) > 1 and level != trials[-2][1]:
            slope = (trials[-2][2] - found) / (level - trials[-2][1])
            slope = min(max(slope, 0.2), 3.0)
        level = max(0.0, level + found / slope)
    return math.sqrt(math.expm1(min(trials)[1]))
