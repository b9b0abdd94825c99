r"""Walks with restarts on anything that can take a step."""

from typing import Protocol

import torch
from torch import Tensor

from pyg_batchsampler.walk.first_visits import first_visits

MAX_ELEMENTS = 2**20  # steps held at a time


class Walkable(Protocol):
    r"""What can be walked on."""
    num_instances: int

    def step(self, instance: Tensor) -> Tensor:
        r"""Moves from each instance to one of its neighbors, all equally
        likely, :math:`[S]`; stays where there are none."""

    def can_grow(self, visited: Tensor) -> Tensor:
        r"""Whether an edge leads out of each set of instances
        :math:`[S, B]`, filled up with :obj:`-1`."""


def walk_excursions(graph: Walkable, start: Tensor, batch_size: int,
                    restart_prob: float, max_steps: int) -> Tensor:
    r"""Advances all walks at once, many steps at a time; see
    :meth:`random_walk_with_restart`. Draws from PyTorch's global
    generator."""
    size = min(batch_size, graph.num_instances)
    out = start.new_full((start.numel(), batch_size), -1)
    out[:, 0] = start

    # Rounds of steps for the walks that still go on; they double, since what
    # is missing after one round is hard to find.
    active = torch.arange(start.numel(), device=start.device)
    current, num_steps, num_done = start, 2 * batch_size, 0
    while size > 1 and active.numel() > 0 and num_done < max_steps:
        num_steps = min(num_steps, max_steps - num_done,
                        max(1, 4 * MAX_ELEMENTS // active.numel()))
        visited = walk_steps(graph, start[active], current, num_steps,
                             restart_prob)
        before = out[active]
        after, count = first_visits(torch.cat([before, visited], dim=1),
                                    batch_size)
        out[active] = after

        goes_on = count < size
        is_stuck = goes_on & (after == before).all(dim=1)
        goes_on[is_stuck] = graph.can_grow(after[is_stuck])
        active, current = active[goes_on], visited[goes_on, -1]
        num_done, num_steps = num_done + num_steps, 2 * num_steps
    return out


def walk_steps(graph: Walkable, start: Tensor, current: Tensor,
               num_steps: int, restart_prob: float) -> Tensor:
    r"""Continues walks for a number of steps.

    A walk with restarts is a row of *excursions*: uniform walks that begin at
    :obj:`start` and last until the next restart. All excursions of all walks
    advance together, the longest ones first, so that those still under way
    are always a prefix.

    Args:
        graph (Walkable): The graph to walk on.
        start (torch.Tensor): Where restarts lead, :math:`[S]`.
        current (torch.Tensor): Where the walks are now, :math:`[S]`.
        num_steps (int): :math:`T \geq 1`.
        restart_prob (float): :math:`\alpha \in [0, 1)`.

    Returns:
        The instance after each step, :math:`[S, T]`.
    """
    num_walks = start.numel()
    is_begin = torch.rand(num_walks, num_steps + 1,
                          device=start.device) < restart_prob
    is_begin[:, 0] = True  # the excursion that is under way
    begin = is_begin.flatten().nonzero().flatten()
    end = torch.cat([begin[1:], begin.new_tensor([is_begin.numel()])])
    length, order = (end - begin - 1).sort(descending=True)
    begin = begin[order]

    walk = torch.div(begin, num_steps + 1, rounding_mode='floor')
    instance = torch.where(begin % (num_steps + 1) == 0, current[walk],
                           start[walk])
    visited = torch.empty(is_begin.numel(), dtype=torch.long,
                          device=start.device)
    visited[begin] = instance
    # How many excursions are longer than 0, 1, … steps.
    num_left = (length.numel() - torch.bincount(length).cumsum(0)).tolist()
    for i, left in enumerate(num_left[:-1], start=1):
        instance = graph.step(instance[:left])
        visited[begin[:left] + i] = instance
    return visited.view(num_walks, num_steps + 1)[:, 1:]
