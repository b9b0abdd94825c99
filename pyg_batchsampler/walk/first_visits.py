r"""Distinct instances in order of their first visit."""

from typing import Tuple

import torch
from torch import Tensor


def first_visits(visited: Tensor, size: int) -> Tuple[Tensor, Tensor]:
    r"""Keeps the first :obj:`size` distinct instances of every row.

    Args:
        visited (torch.Tensor): Instances in the order in which they were
            visited, :math:`[S, T]`, ``torch.long``; :obj:`-1` is skipped.
        size (int): Number of instances wanted, :math:`B`.

    Returns:
        The instances :math:`[S, B]`, filled up with :obj:`-1`, and how many
        there are per row, :math:`[S]`.

    Example:
        >>> first_visits(torch.tensor([[4, 2, 4, 7, 2, 9]]), size=3)
        (tensor([[4, 2, 7]]), tensor([3]))
    """
    is_first = _first_occurrence(visited)
    rank = is_first.cumsum(dim=1)
    is_first &= rank <= size
    row, column = is_first.nonzero(as_tuple=True)
    out = visited.new_full((visited.size(0), size), -1)
    out[row, rank[row, column] - 1] = visited[row, column]
    return out, rank[:, -1].clamp(max=size)


def _first_occurrence(visited: Tensor) -> Tensor:
    r"""Marks the entries, :math:`[S, T]`, that differ from all before them in
    their row."""
    # Sorting (instance, step) packed into one integer brings equal instances
    # together, the first visit in front.
    num_rows, num_steps = visited.size()
    shift = (num_steps - 1).bit_length()
    step = torch.arange(num_steps, device=visited.device)
    key = ((visited << shift) | step).sort(dim=1).values
    step = key & ((1 << shift) - 1)
    instance = key >> shift
    is_new = instance >= 0
    is_new[:, 1:] &= instance[:, 1:] != instance[:, :-1]
    return torch.empty_like(is_new).scatter_(1, step, is_new)
