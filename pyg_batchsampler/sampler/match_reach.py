r"""How far groups have to reach to be as hard as asked for."""

import math

import torch
from torch import Tensor

from pyg_batchsampler.sampler.form_groups import form_groups
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.top_similarity import top_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows

MIN_INSTANCES = 4096  # that show how hard mini-batches are
MIN_GROUPS = 32  # that do
MAX_REPEATS = 2  # of a trial, where there are fewer
NUM_TRIALS = 4
FEW_PARTS = 8  # of which a trial makes all
TRIALS = 2**40  # a key of seeds, beyond all epochs
TOLERANCE = 0.05  # of what groups add to the similarity
SLOPE = 0.36  # of that by the logarithm of the reach
MARGIN = 0.1  # between two trials, that the next one keeps


def num_trial_batches(batch_size: int, group_size: int) -> int:
    r"""Returns how many mini-batches show how hard they are.

    Example:
        >>> num_trial_batches(64, 4), num_trial_batches(256, 256)
        (64, 32)
    """
    num_instances = max(MIN_INSTANCES, MIN_GROUPS * group_size)
    return -(-num_instances // batch_size)


def match_reach(x: UnitRows, batch_size: int, group_size: int, target: float,
                guess: float, seed: int) -> float:
    r"""Finds, by a few trials on some of the instances, how many random ones
    each group has to be chosen from for mini-batches as hard as asked for;
    :math:`N`, if they cannot be. What groups add to the similarity grows
    about as the logarithm of it.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        batch_size (int): :math:`B \leq N`.
        group_size (int): :math:`k \leq B`.
        target (float): What the similarity of an instance to the most similar
            other one in its mini-batch shall be on average.
        guess (float): Where to look first.
        seed (int): Source of randomness.
    """
    num_instances, num_groups = x.size(0), batch_size // group_size
    most = num_trial_batches(batch_size, group_size)
    # Half as many will do where a trial makes whole epochs.
    num_repeats = round(most * batch_size / (2 * num_instances))
    num_repeats = min(max(num_repeats, 1), MAX_REPEATS)

    def top(x: UnitRows, group: Tensor, num_groups: int) -> Tensor:
        r"""Returns top-1 of some mini-batches of so many groups each."""
        num_batches = min(2 * most, group.size(0) // num_groups)
        batches = group[:num_batches * num_groups].view(num_batches, -1)
        return top_similarity(x, batches).mean()

    everyone = [torch.randperm(num_instances, generator=make_generator(
        seed, TRIALS, 1, i)) for i in range(num_repeats)]
    base = float(torch.stack([top(x, each.view(-1, 1), batch_size)
                              for each in everyone]).mean())
    wanted = max(target - base, 1e-6)

    def excess(reach: float) -> float:
        r"""What groups add, over what is wanted, less one."""
        found = []
        for i, instance in enumerate(everyone):
            rows = x
            if FEW_PARTS * reach < num_instances:  # the last hardly counts
                num_parts = -int(-most * batch_size // reach)
                some = instance[:num_parts * math.ceil(reach)]
                rows = UnitRows(x[some.to(x.device)])
                instance = torch.arange(some.numel())
            groups = form_groups(rows, instance, group_size, reach,
                                 make_generator(seed, TRIALS, 2, i))
            found.append(top(rows, groups.full, num_groups))
        return (float(torch.stack(found).mean()) - base) / wanted - 1

    # By the logarithm of the reach, from random groups on, between the
    # closest trials below and above.
    most_level = math.log(num_instances)
    below, above = (math.log(group_size), -1.0), (most_level, math.inf)
    level = min(max(math.log(guess), below[0]), most_level)

    def reach_at(level: float) -> float:
        return num_instances if level >= most_level else math.exp(level)

    best = math.inf, 0.0, level
    for _ in range(NUM_TRIALS):
        found = excess(reach_at(level))
        best = min(best, (abs(found), found, level))
        if abs(found) <= TOLERANCE or (found < 0 and level == most_level):
            break
        if found < 0:
            below = level, found
        else:
            above = level, found
        if above[1] < math.inf:
            share = below[1] / (below[1] - above[1])
            share = min(max(share, MARGIN), 1 - MARGIN)
            level = below[0] + share * (above[0] - below[0])
        else:
            level = min(level - found / SLOPE, most_level)
    _, found, level = best
    if abs(found) <= TOLERANCE:  # a last step, lest all stop short of it
        level = min(max(level - found / SLOPE, math.log(group_size)),
                    most_level)
    return reach_at(level)
