from typing import Optional, Tuple, Union

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from pyg_batchsampler.similarity.unit_rows import UnitRows


def mean_similarity(x: Union[Tensor, UnitRows],
                    batches: Optional[Tensor] = None) -> Tensor:
    r"""Returns the mean cosine similarity over all pairs :math:`i \neq j`, in
    linear time: :math:`(\|\sum_i \mathbf{x}_i\|^2 - \sum_i
    \|\mathbf{x}_i\|^2) / (B (B - 1))`.

    Args:
        x (torch.Tensor or UnitRows): Rows of unit length (or zero),
            :math:`[N, D]`.
        batches (torch.Tensor, optional): The instances of each batch,
            :math:`[S, B]`, all in one batch if not given. (default:
            :obj:`None`)

    Shapes:
        - **output:** one value per batch, :math:`[S]`, or a single one

    Example:
        >>> x = torch.eye(3)
        >>> mean_similarity(x, torch.tensor([[0, 0, 1], [0, 1, 2]]))
        tensor([0.3333, 0.0000])
    """
    if batches is None:
        size, (total, own) = x.size(0), _sum_all(x)
    else:
        if isinstance(x, UnitRows):
            x = x[batches.flatten().to(x.device)]
            batches = torch.arange(batches.numel()).view_as(batches)
        size, (total, own) = batches.size(1), _sum_each(x, batches)
    return (total - own) / (size * (size - 1) or float('nan'))


def _sum_all(x: Union[Tensor, UnitRows]) -> Tuple[Tensor, Tensor]:
    total, own = [], []
    for rows in x.blocks() if isinstance(x, UnitRows) else [x]:
        total.append(rows.sum(dim=0))
        own.append(rows.flatten().dot(rows.flatten()))
    return (torch.stack(total).sum(dim=0).square().sum(),
            torch.stack(own).sum())


def _sum_each(x: Tensor, batches: Tensor) -> Tuple[Tensor, Tensor]:
    batches = batches.to(x.device)
    total = embedding_bag(batches, x, mode='sum').square().sum(dim=1)
    own = torch.linalg.vector_norm(x, dim=1).square_()
    return total, own[batches].sum(dim=1)
