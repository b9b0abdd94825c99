r"""Groups of instances that are similar to each other, inside small sets."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import run_in_threads
from pyg_batchsampler.similarity.unit_rows import UnitRows

MAX_ELEMENTS = 2**22  # similarities held at a time, 16 MiB


def nearest_groups(x: UnitRows, sets: Tensor, group_size: int) -> Tensor:
    r"""Orders each set such that every :math:`k` in a row are a group: the
    first instance that is left, and, one after the other, the one that is
    most similar to any of the group (single linkage).

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        sets (torch.Tensor): Instances in random order, :math:`[S, L]`.
        group_size (int): :math:`k`. The last group of a set is smaller unless
            it divides :math:`L`.

    Shapes:
        - **output:** the sets in their new order, :math:`[S, L]`

    Example:
        >>> x = UnitRows(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1],
        ...                            [0.1, 0.9]]))
        >>> nearest_groups(x, torch.tensor([[0, 1, 2, 3]]), 2)
        tensor([[0, 2, 1, 3]])
    """
    num_sets, size = sets.size()
    out = torch.empty_like(sets)
    step = max(1, MAX_ELEMENTS // (size * size))
    for some, ordered in zip(sets.split(step), out.split(step)):
        rows = x[some.flatten().to(x.device)].view(*some.size(), x.size(1))
        score = torch.bmm(rows, rows.transpose(1, 2)).cpu()
        place = torch.empty(some.shape, dtype=torch.long)
        run_in_threads(_group_sets, some.size(0), 2 * score.numel(),
                       score.numpy(), group_size, place.numpy())
        torch.gather(some, 1, place, out=ordered)
    return out


@kernel
def _group_sets(begin: int, end: int, score: Any, group_size: int,
                place: Any) -> None:
    size = score.shape[1]
    left = np.empty(size, np.int64)  # places that are in no group yet
    near = np.empty(size, np.float32)  # to the group under way, each of them
    for s in range(begin, end):
        for i in range(size):
            left[i] = i
        num_left, num_done = size, 0
        while num_left > 0:
            new, last = left[0], 0
            for i in range(num_left):
                near[i] = -2
            for member in range(min(group_size, num_left)):
                place[s, num_done] = new
                num_done += 1
                # What is left keeps its order: the first one was drawn.
                num_left -= 1
                for i in range(last, num_left):
                    left[i], near[i] = left[i + 1], near[i + 1]
                if member + 1 == group_size or num_left == 0:
                    break
                row, last, best = score[s, new], 0, np.float32(-3)
                for i in range(num_left):
                    near[i] = max(near[i], row[left[i]])
                    if near[i] > best:
                        last, best = i, near[i]
                new = left[last]
