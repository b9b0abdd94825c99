r"""Rows of unit length, the common ground of all similarities."""

from torch import Tensor


def unit_rows(embedding: Tensor) -> Tensor:
    r"""Scales the rows of an embedding :math:`[N, D]` to unit length, as
    ``torch.float``; rows of zeros stay zero.

    Dividing by the largest entry first keeps squares of very small and very
    large values in range, so that rescaling an embedding changes nothing.

    Example:
        >>> unit_rows(torch.tensor([[3e-30, 4e-30], [0.0, 0.0]]))
        tensor([[0.6000, 0.8000],
                [0.0000, 0.0000]])
    """
    largest = embedding.abs().amax(dim=1, keepdim=True)
    x = (embedding / largest.masked_fill_(largest == 0, 1)).float()
    norm = x.norm(dim=1, keepdim=True)
    return x.div_(norm.masked_fill_(norm == 0, 1))
