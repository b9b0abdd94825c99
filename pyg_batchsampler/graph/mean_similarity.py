from typing import Optional

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag


def mean_similarity(x: Tensor, batches: Optional[Tensor] = None) -> Tensor:
    r"""Returns the mean cosine similarity over all pairs :math:`i \neq j`, in
    linear time: :math:`(\|\sum_i \mathbf{x}_i\|^2 - \sum_i
    \|\mathbf{x}_i\|^2) / (B (B - 1))`.

    Args:
        x (torch.Tensor): Rows of unit length (or zero), :math:`[N, D]`.
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
        total, own = x.sum(dim=0), torch.linalg.vector_norm(x).square()
    else:
        batches = batches.to(x.device)
        total = embedding_bag(batches, x, mode='sum')
        own = torch.linalg.vector_norm(x, dim=1).square_()
        own = own[batches].sum(dim=1)
    size = x.size(0) if batches is None else batches.size(1)
    return (total.square().sum(dim=-1) - own) / (size * (size - 1))
