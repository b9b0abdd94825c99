from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.check_batches import (Batches, check_batches,
                                                   check_label)
from pyg_batchsampler.report.per_mini_batch import hardest_per_mini_batch
from pyg_batchsampler.similarity.unit_rows import UnitRows


def hardest_same_label_rate(embedding: Tensor, label: Tensor,
                            batches: Batches, center: bool = False) -> Tensor:
    r"""Returns the share of instances whose hardest negative, the most
    similar other one in the mini-batch, has the same label: the rate of false
    negatives where a contrastive loss feels them most.

    With several tasks there is one rate for each of them, over the instances
    whose label and that of their hardest negative are both known.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`, or one per
            task, :math:`[N, T]`, :obj:`nan` where it is not known.
        batches (list): The instances of each mini-batch.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

    Raises:
        ValueError: If there is not one label per instance, or a mini-batch
            holds anything but indices in :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :math:`[S]`, or one per task,
          :math:`[S, T]`, :obj:`nan` for those with fewer than two instances
          of known label

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
        >>> hardest_same_label_rate(x, torch.tensor([0, 0, 1]), [[0, 1, 2]])
        tensor([0.6667])
    """
    x = UnitRows(check_embedding(embedding), center)
    label = check_label(label, x.size(0))
    indices = check_batches(batches, x.size(0))
    hardest = hardest_per_mini_batch(x, indices)
    return rate_of_places(label, indices, [each.place for each in hardest])


def rate_of_places(label: Tensor, batches: List[Tensor],
                   places: List[Tensor]) -> Tensor:
    r"""The same of hardest negatives whose places in the mini-batches are
    known, :math:`[B, 1]` each.

    Example:
        >>> rate_of_places(torch.tensor([0, 5, 5]), [torch.tensor([1, 2])],
        ...                [torch.tensor([[1], [0]])])
        tensor([1.])
    """
    out = label.new_empty((len(batches), *label.shape[1:]), dtype=torch.float)
    for i, (index, place) in enumerate(zip(batches, places)):
        own = label[index.to(label.device)]
        other = own[place.flatten().to(label.device)]
        out[i] = same_rate(own[:other.size(0)], other)
    return out


def same_rate(label: Tensor, other: Tensor) -> Tensor:
    r"""Returns the share of equal labels among those that are both known,
    per task.

    Example:
        >>> nan = float('nan')
        >>> same_rate(torch.tensor([1, nan, 2]), torch.tensor([1, 1, 3]))
        tensor(0.5000)
    """
    is_known = (label == label) & (other == other)
    # 0 / 0 is the 'nan' of those without a pair.
    return (label == other).sum(dim=0) / is_known.sum(dim=0)
