r"""From what a neighbor search has found to neighbors, the nearest first."""

from typing import Tuple, Union

import torch
from torch import Tensor

from pyg_batchsampler.similarity.unit_rows import UnitRows

MAX_ELEMENTS = 2**24  # coordinates gathered at a time, 64 MiB


def rank_found(x: Union[Tensor, UnitRows], query: Tensor, found: Tensor,
               num_neighbors: int) -> Tuple[Tensor, Tensor]:
    r"""Computes the cosine similarity of each query and what was found for
    it, and keeps the :math:`K` most similar. The query itself, repeated
    instances and negative entries are left out.

    Args:
        x (torch.Tensor or UnitRows): Rows of unit length, :math:`[N, D]`.
        query (torch.Tensor): Instances, :math:`[Q]`.
        found (torch.Tensor): Instances found for each of them, :math:`[Q, L]`
            with :math:`L \geq K`, in any order.
        num_neighbors (int): :math:`K`.

    Returns:
        Neighbors and their cosine similarity, both :math:`[Q, K]`, in
        descending similarity, which is :math:`-\infty` where fewer were
        found.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8]])
        >>> rank_found(x, torch.tensor([0]), torch.tensor([[0, 2, 1, -1]]), 2)
        (tensor([[1, 2]]), tensor([[0.8000, 0.6000]]))
    """
    neighbor = found.new_empty(query.numel(), num_neighbors)
    similarity = torch.empty(query.numel(), num_neighbors, dtype=torch.float,
                             device=x.device)
    step = max(1, MAX_ELEMENTS // (found.size(1) * x.size(1)))
    for begin in range(0, query.numel(), step):
        rows = slice(begin, begin + step)
        own = query[rows]
        index = found[rows].sort(dim=1).values
        is_bad = (index < 0) | (index == own.view(-1, 1))
        is_bad[:, 1:] |= index[:, 1:] == index[:, :-1]
        index = index.clamp(min=0)
        other = x[index.flatten()].view(*index.size(), -1)
        score = torch.bmm(other, x[own].unsqueeze(-1)).squeeze(-1)
        score.masked_fill_(is_bad, -torch.inf)
        similarity[rows], order = score.topk(num_neighbors)
        neighbor[rows] = index.gather(1, order)
    return neighbor, similarity
