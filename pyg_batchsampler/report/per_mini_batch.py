from typing import Callable, List, Optional

import torch
from torch import Tensor

from pyg_batchsampler.similarity.hardest_negatives import (HardestNegatives,
                                                           hardest_negatives)
from pyg_batchsampler.similarity.unit_rows import UnitRows


def per_mini_batch(x: UnitRows, batches: List[Tensor],
                   measure: Callable[[Tensor], Tensor]) -> Tensor:
    r"""Returns what a function makes of the rows of each mini-batch,
    :math:`[S]`.

    Example:
        >>> x = UnitRows(torch.tensor([[3.0, 4.0], [0.0, 2.0]]))
        >>> per_mini_batch(x, [torch.tensor([0, 1])], torch.sum)
        tensor([2.4000])
    """
    return stacked([measure(x[index.to(x.device)]) for index in batches], x)


def hardest_per_mini_batch(x: UnitRows, batches: List[Tensor],
                           num_negatives: int = 1,
                           num_anchors: Optional[int] = None
                           ) -> List[HardestNegatives]:
    r"""Returns the most similar others of the instances of each mini-batch,
    places and similarities :math:`[B, n]`; see :meth:`hardest_negatives`.

    Example:
        >>> x = UnitRows(torch.tensor([[3.0, 4.0], [0.0, 2.0]]))
        >>> hardest_per_mini_batch(x, [torch.tensor([0, 1])])[0].place
        tensor([[1],
                [0]])
    """
    return [HardestNegatives(*(part[0] for part in hardest_negatives(
        x[index.to(x.device)].unsqueeze(0), num_negatives, num_anchors)))
            for index in batches]


def stacked(values: List[Tensor], x: UnitRows) -> Tensor:
    r"""Returns one value per mini-batch as a tensor, also if there is
    none.

    Example:
        >>> stacked([], UnitRows(torch.eye(2)))
        tensor([])
    """
    return torch.stack(values) if values else torch.empty(0, device=x.device)
