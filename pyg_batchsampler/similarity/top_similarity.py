import torch
from torch import Tensor

from pyg_batchsampler.similarity.unit_rows import UnitRows

MAX_ELEMENTS = 2**22  # similarities held at a time, 16 MiB


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
    size = batches.size(1)
    out = []
    for some in batches.split(max(1, MAX_ELEMENTS // size**2)):
        rows = x[some.flatten().to(x.device)].view(*some.size(), x.size(1))
        score = torch.bmm(rows, rows.transpose(1, 2))
        score.diagonal(dim1=1, dim2=2).fill_(-torch.inf)
        out.append(score.amax(dim=2).mean(dim=1))
    return torch.cat(out).cpu()
