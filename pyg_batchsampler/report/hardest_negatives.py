r"""The most similar others of every instance in a mini-batch."""

from typing import NamedTuple

import torch
from torch import Tensor

from pyg_batchsampler.similarity.unit_rows import UnitRows


class HardestNegatives(NamedTuple):
    r"""The most similar others of every instance in a mini-batch.

    Args:
        place (torch.Tensor): Where they stand in the mini-batch, in
            descending similarity, :math:`[B, n]`.
        similarity (torch.Tensor): Their cosine similarity, :math:`[B, n]`.
    """
    place: Tensor
    similarity: Tensor


def hardest_negatives(x: UnitRows, index: Tensor,
                      num_negatives: int) -> HardestNegatives:
    r"""Finds the most similar others in a mini-batch, all if there are
    fewer.

    Example:
        >>> x = UnitRows(torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]))
        >>> hardest_negatives(x, torch.tensor([0, 1, 2]), 1).place.tolist()
        [[1], [0], [1]]
    """
    rows = x[index.to(x.device)]
    score = rows @ rows.t()
    score.fill_diagonal_(-torch.inf)
    found = score.topk(min(num_negatives, max(0, index.numel() - 1)), dim=1)
    return HardestNegatives(found.indices, found.values)
