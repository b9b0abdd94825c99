r"""The exact nearest neighbors of a few instances, by matrix products."""

from typing import Tuple, Union

import torch
from torch import Tensor

from pyg_batchsampler.similarity.unit_rows import UnitRows

# Similarities that differ by less may be equal, but for rounding.
TOLERANCE = 1e-6
# Queries, and others that they are compared with, at a time: 16 MiB.
MAX_ROWS = 1024
MAX_COLUMNS = 4096


def nearest_neighbors(x: Union[Tensor, UnitRows], query: Tensor,
                      num_neighbors: int) -> Tuple[Tensor, Tensor]:
    r"""Returns the :math:`K` instances most similar to each query among all
    others. Never holds more than a block of similarities.

    Args:
        x (torch.Tensor or UnitRows): Rows of unit length, :math:`[N, D]`.
        query (torch.Tensor): Instances, :math:`[Q]`.
        num_neighbors (int): :math:`K < N`.

    Returns:
        Neighbors and their cosine similarity, both :math:`[Q, K]`, in
        descending similarity.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8]])
        >>> nearest_neighbors(x, torch.tensor([0, 2]), 1)[0]
        tensor([[1],
                [1]])
    """
    neighbor, similarity = [], []
    for rows in query.split(MAX_ROWS):
        own = rows.view(-1, 1)
        value = torch.empty(rows.numel(), 0, dtype=torch.float,
                            device=x.device)
        index = own[:, :0]
        for begin in range(0, x.size(0), MAX_COLUMNS):
            score = x[rows] @ x[begin:begin + MAX_COLUMNS].t()
            column = torch.arange(begin, begin + score.size(1),
                                  device=x.device)
            score.masked_fill_(column == own, -torch.inf)
            best = score.topk(min(num_neighbors, score.size(1)))
            value = torch.cat([value, best.values], dim=1)
            index = torch.cat([index, best.indices + begin], dim=1)
            value, order = value.topk(min(num_neighbors, value.size(1)))
            index = index.gather(1, order)
        neighbor.append(index)
        similarity.append(value)
    return torch.cat(neighbor), torch.cat(similarity)
