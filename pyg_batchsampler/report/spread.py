from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.check_batches import Batches, check_batches
from pyg_batchsampler.report.per_mini_batch import per_mini_batch
from pyg_batchsampler.similarity.unit_rows import UnitRows


def spread(embedding: Tensor, batches: Batches,
           center: bool = False) -> Tensor:
    r"""Returns how much of the spread of a data set mini-batches have: the
    variance within a mini-batch over that within the data set, of rows scaled
    to unit length, summed over dimensions. It is what batch normalization
    sees: where it is small, what instances have in common is taken away
    before the loss compares them. Uniform mini-batches have :math:`1` on
    average.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

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
    x = UnitRows(check_embedding(embedding), center)
    return spread_of(x, check_batches(batches, x.size(0)))


def spread_of(x: UnitRows, batches: List[Tensor]) -> Tensor:
    r"""The same of rows and mini-batches that are checked.

    Example:
        >>> x = UnitRows(torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        >>> spread_of(x, [torch.tensor([0, 1])])
        tensor([0.])
    """
    mean = torch.stack([rows.double().sum(dim=0) for rows in x.blocks()])
    mean = mean.sum(dim=0) / x.size(0)
    squares = torch.stack([(rows.double() - mean).square().sum()
                           for rows in x.blocks()])
    total = squares.sum() / _freedom(x.size(0))
    return per_mini_batch(x, batches, lambda rows: (
        _variance(rows.double()) / total).float())


def _variance(rows: Tensor) -> Tensor:
    centred = rows - rows.mean(dim=0)
    return centred.square().sum() / _freedom(rows.size(0))


def _freedom(size: int) -> float:
    return max(0, size - 1) or float('nan')
