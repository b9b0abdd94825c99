import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.in_batch_similarity import Batches, check_batches
from pyg_batchsampler.similarity.unit_rows import UnitRows


def spread(embedding: Tensor, batches: Batches) -> Tensor:
    r"""Returns how much of the spread of a data set mini-batches have: the
    variance within a mini-batch over that within the data set, of rows scaled
    to unit length, summed over dimensions. It is what batch normalization
    sees: where it is small, what instances have in common is taken away
    before the loss compares them. Uniform mini-batches have :math:`1` on
    average.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.

    Raises:
        ValueError: If a mini-batch holds anything but indices in
            :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances, and if all rows are the same

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        >>> spread(x, [[0, 1, 2], [0, 1]])
        tensor([1., 0.])
    """
    x = UnitRows(check_embedding(embedding))
    total = _variance(x[:])
    out = [_variance(x[index.to(x.device)]) / total
           for index in check_batches(batches, x.size(0))]
    return torch.stack(out) if out else torch.empty(0, device=x.device)


def _variance(rows: Tensor) -> Tensor:
    centred = rows - rows.mean(dim=0)
    return centred.square().sum() / (max(0, rows.size(0) - 1) or float('nan'))
