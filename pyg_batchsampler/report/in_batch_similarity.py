from typing import Sequence, Union

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.graph.mean_similarity import mean_similarity
from pyg_batchsampler.graph.unit_rows import unit_rows

Batches = Sequence[Union[Tensor, Sequence[int]]]


def in_batch_similarity(embedding: Tensor, batches: Batches) -> Tensor:
    r"""Returns how hard mini-batches are: the mean cosine similarity over
    all pairs :math:`i \neq j` of each.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    Example:
        >>> in_batch_similarity(torch.eye(2), [[0, 0], [0, 1]])
        tensor([1., 0.])
    """
    x = unit_rows(check_embedding(embedding))
    return torch.stack([mean_similarity(x[torch.as_tensor(batch)])
                        for batch in batches])
