from typing import Any, Iterable, List, Sequence, Union

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows

Batches = Iterable[Union[Tensor, 'np.ndarray[Any, Any]', Sequence[int]]]


def in_batch_similarity(embedding: Tensor, batches: Batches) -> Tensor:
    r"""Returns how hard mini-batches are: the mean cosine similarity over
    all pairs :math:`i \neq j` of each.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.

    Raises:
        ValueError: If a mini-batch holds anything but indices in
            :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    Example:
        >>> in_batch_similarity(torch.eye(2), [[0, 0], [0, 1]])
        tensor([1., 0.])
    """
    x = UnitRows(check_embedding(embedding))
    out = [mean_similarity(x[index.to(x.device)])
           for index in check_batches(batches, x.size(0))]
    return torch.stack(out) if out else torch.empty(0, device=x.device)


def check_batches(batches: Batches, num_instances: int) -> List[Tensor]:
    r"""Returns the instances of each mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`."""
    out: List[Tensor] = []
    for batch in batches:
        if not isinstance(batch, (Tensor, np.ndarray, Sequence)):
            raise TypeError("'batches' must hold the instances of each "
                            f"mini-batch (got {type(batch).__name__}). Of a "
                            "loader, take [batch.input_id for batch in "
                            "loader]")
        index = torch.as_tensor(batch)
        if index.dim() != 1 or (index.numel() > 0 and index.dtype not in
                                (torch.int, torch.long)):
            raise ValueError("'batches' must hold indices, [B], for each "
                             f"mini-batch (got {list(index.shape)} of "
                             f"{index.dtype})")
        index = index.long()
        bad = index[(index < 0) | (index >= num_instances)]
        if bad.numel() > 0:
            raise ValueError("'batches' must hold instances in [0, "
                             f"{num_instances}) (got {int(bad[0])})")
        out.append(index)
    return out
