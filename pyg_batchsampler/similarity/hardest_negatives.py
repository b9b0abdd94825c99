r"""The most similar others of every instance in a mini-batch."""

from typing import Iterator, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

MAX_ELEMENTS = 2**22  # similarities held at a time, 16 MiB


class HardestNegatives(NamedTuple):
    r"""The most similar others of every instance in mini-batches.

    Args:
        place (torch.Tensor): Where they stand in the mini-batch, in
            descending similarity, :math:`[S, B, n]`.
        similarity (torch.Tensor): Their cosine similarity,
            :math:`[S, B, n]`.
    """
    place: Tensor
    similarity: Tensor


def hardest_negatives(rows: Tensor, num_negatives: int = 1,
                      num_anchors: Optional[int] = None) -> HardestNegatives:
    r"""Finds the most similar others in every mini-batch, all if there are
    fewer. No more than :obj:`MAX_ELEMENTS` similarities are held at a time.

    Args:
        rows (torch.Tensor): The rows of unit length of each mini-batch,
            :math:`[S, B, D]`.
        num_negatives (int, optional): How many others, :math:`n \geq 1`.
            (default: :obj:`1`)
        num_anchors (int, optional): The first instances of each mini-batch,
            for which they are sought; all if not given. (default:
            :obj:`None`)

    Example:
        >>> rows = torch.tensor([[[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]])
        >>> hardest_negatives(rows).place.flatten().tolist()
        [1, 0, 1]
    """
    num_batches, size, _ = rows.size()
    num_negatives = min(num_negatives, max(0, size - 1))
    shape = num_batches, min(num_anchors or size, size), num_negatives
    out = HardestNegatives(
        torch.empty(shape, dtype=torch.long, device=rows.device),
        rows.new_empty(shape))
    for where, score in scores_of_others(rows, shape[1]):
        out.similarity[where], out.place[where] = (
            score.max(dim=2, keepdim=True) if num_negatives == 1 else
            score.topk(num_negatives, dim=2))
    return out


def scores_of_others(
    rows: Tensor,
    num_anchors: int,
) -> Iterator[Tuple[Tuple[slice, slice], Tensor]]:
    r"""Yields similarities to all others in mini-batches, those of some
    anchors at a time, and to which of :math:`[S, B]` they belong. That of an
    anchor to itself is minus infinity."""
    num_batches, size, _ = rows.size()
    num_rows = min(max(1, MAX_ELEMENTS // max(1, size)), num_anchors)
    step = max(1, MAX_ELEMENTS // max(1, num_rows * size))
    for i in range(0, num_batches if num_rows > 0 else 0, step):
        for j in range(0, num_anchors, num_rows):
            where = slice(i, i + step), slice(j, min(j + num_rows,
                                                     num_anchors))
            score = rows[where] @ rows[where[0]].transpose(1, 2)
            score[:, :, where[1]].diagonal(dim1=1, dim2=2).fill_(-torch.inf)
            yield where, score
