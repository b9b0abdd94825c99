from typing import Callable, List

import torch
from torch import Tensor

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
    out = [measure(x[index.to(x.device)]) for index in batches]
    return torch.stack(out) if out else torch.empty(0, device=x.device)
