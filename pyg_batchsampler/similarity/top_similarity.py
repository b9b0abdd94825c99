import torch
from torch import Tensor

from pyg_batchsampler.similarity.hardest_negatives import scores_of_others
from pyg_batchsampler.similarity.unit_rows import UnitRows

MAX_ROWS = 2**13  # read at a time


def top_similarity(x: UnitRows, batches: Tensor) -> Tensor:
    r"""Returns how similar the instances of each mini-batch are to the most
    similar other one in it, on average.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        batches (torch.Tensor): The instances of each mini-batch,
            :math:`[S, B]` with :math:`B \geq 2`.

    Shapes:
        - **output:** one value per mini-batch, :math:`[S]`

    Example:
        >>> x = UnitRows(torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]))
        >>> top_similarity(x, torch.tensor([[0, 1, 2]]))
        tensor([0.7333])
    """
    out = []
    for some in batches.split(max(1, MAX_ROWS // batches.size(1))):
        rows = x[some.flatten().to(x.device)].view(*some.size(), x.size(1))
        top = rows.new_empty(some.size())
        for where, score in scores_of_others(rows, some.size(1)):
            top[where] = score.amax(dim=2)  # faster than with their places
        out.append(top.mean(dim=1))
    return torch.cat(out).cpu()
