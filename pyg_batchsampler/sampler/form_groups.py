r"""Groups of instances that are similar to each other, chosen within sets as
large as asked for."""

import math
from typing import NamedTuple, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.sampler.bisection import bisect, num_levels
from pyg_batchsampler.sampler.nearest_groups import nearest_groups
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows

LEAF_SIZE = 32  # instances, or two groups, that are compared with each other
MAX_GROUPED = 64  # instances in groups that are formed within such leaves
SMALL = 2048  # instances of a data set whose leaves hold more:
MANY_GROUPS = 64
NUM_DIRECTIONS = 2  # that each level of bisections chooses from
NUM_SUMMED = 32  # instances that make a direction


class Groups(NamedTuple):
    r"""Groups of equal size, and the instances that are left over.

    Args:
        full (torch.Tensor): The groups, in random order, :math:`[G, k]`.
        rest (torch.Tensor): What fills no group, fewer than :math:`k`.
    """
    full: Tensor
    rest: Tensor


def form_groups(x: UnitRows, instance: Tensor, group_size: int, reach: float,
                generator: torch.Generator) -> Groups:
    r"""Splits instances into groups of :math:`k` that are similar to each
    other, each chosen within so many random instances.

    Instances are divided at random into parts as large as the reach, but for
    the last one. Each is split by :meth:`bisect` until a few dozen instances
    are left, of which :meth:`nearest_groups` makes groups. Groups of more than
    64 are what bisections end in; leaves of small data sets hold 64 groups.
    A reach of :math:`k` gives random groups, one of :math:`N` the tightest.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        instance (torch.Tensor): The instances to split, in random order,
            :math:`[R]`.
        group_size (int): :math:`k`.
        reach (float): How many instances each group is chosen from.
        generator (torch.Generator): Source of randomness.
    """
    num_groups = instance.numel() // group_size
    some = instance[:num_groups * group_size]
    cut, num_leaves = _leaves(num_groups, group_size, reach,
                              x.size(0) <= SMALL)
    if num_leaves > 1:
        score = _projections(x, some, num_levels(num_leaves), generator)
        some = bisect(score, some, cut, num_leaves)
    size = cut.diff()
    full = [some.view(-1, group_size)[:0]]
    for each in size[size > 0].unique().tolist():  # just a few
        start = cut[:-1][size == each].view(-1, 1)
        leaf = some[start + torch.arange(each)]
        if each > group_size:
            leaf = nearest_groups(x, leaf, group_size)
        full.append(leaf.view(-1, group_size))
    perm = torch.randperm(num_groups, generator=generator)
    return Groups(torch.cat(full)[perm], instance[some.numel():])


def _leaves(num_groups: int, group_size: int, reach: float,
            is_small: bool) -> Tuple[Tensor, int]:
    r"""Returns where the leaves of all parts begin and end, and how many each
    part has."""
    size = max(1.0, reach / group_size)  # on average, in groups
    number = math.ceil(num_groups / size)
    part = (torch.arange(number + 1, dtype=torch.double) * size).long()
    part[-1] = num_groups  # the last one is smaller
    most = min(math.ceil(size), max(num_groups, 1))
    leaf = 1
    if is_small:
        leaf = MANY_GROUPS
    elif group_size <= MAX_GROUPED:
        leaf = max(2, LEAF_SIZE // group_size)
    num_leaves = -(-most // leaf)
    inner = part.diff().view(-1, 1) * torch.arange(num_leaves) // num_leaves
    cut = torch.cat([(part[:-1].view(-1, 1) + inner).flatten(), part[-1:]])
    return cut * group_size, num_leaves


def _projections(x: UnitRows, instance: Tensor, depth: int,
                 generator: torch.Generator) -> Tensor:
    r"""Projects all of :obj:`x` onto the directions of each level of
    :meth:`bisect`, sums of random instances of either sign, on the CPU,
    :math:`[L, C, N]`."""
    num_directions = depth * NUM_DIRECTIONS
    place = torch.randint(instance.numel(), (NUM_SUMMED * num_directions, ),
                          generator=generator)
    rows = x[instance[place].to(x.device)]
    plus, minus = rows.view(2, NUM_SUMMED // 2, num_directions, -1).sum(dim=1)
    direction = unit_rows(plus - minus)
    score = torch.empty(num_directions, x.size(0), dtype=torch.float,
                        device=x.device)
    done = 0
    for rows in x.blocks():
        # Into its place: twice as fast as to copy it there.
        torch.mm(direction, rows.t(), out=score[:, done:done + rows.size(0)])
        done += rows.size(0)
    return score.cpu().view(depth, NUM_DIRECTIONS, x.size(0))
