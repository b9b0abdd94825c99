r"""Dimensions of mean zero and variance one."""

import torch
from torch import Tensor

BLOCK_SIZE = 2**15  # rows read at a time


class Standardize:
    r"""Subtracts from rows :math:`[B, D]` the mean of each dimension of an
    embedding and divides by its standard deviation,

    .. math::
        \hat{x}_d = \frac{x_d - \mu_d}{\sigma_d},

    so that shifting or scaling a dimension changes nothing. A dimension whose
    standard deviation is zero, or less than its numbers can resolve, becomes
    zero.

    Only vectors :math:`[D]` are kept. They are computed in double precision,
    some rows at a time, from differences to the first row: these lose no
    digits where a dimension is large and hardly varies.

    Args:
        embedding (torch.Tensor): Any rows, :math:`[N, D]`.

    Example:
        >>> x = torch.tensor([[1.0, 7.0, 5.0], [3.0, 1.0, 5.0]])
        >>> Standardize(x)(x)
        tensor([[-1.,  1.,  0.],
                [ 1., -1.,  0.]])
    """
    def __init__(self, embedding: Tensor):
        embedding = embedding.detach()
        first = 0.5 * embedding[0].double()  # half: no difference overflows
        largest = torch.zeros_like(first)
        for rows in embedding.split(BLOCK_SIZE):
            difference = (0.5 * rows.double()).sub_(first)
            largest = largest.maximum(difference.abs_().amax(dim=0))
        divisor = largest.masked_fill(largest == 0, 1)
        total, squares = torch.zeros_like(first), torch.zeros_like(first)
        for rows in embedding.split(BLOCK_SIZE):
            x = (0.5 * rows.double()).sub_(first).div_(divisor)
            total += x.sum(dim=0)
            squares += x.square_().sum(dim=0)
        mean = total / embedding.size(0)
        std = (squares / embedding.size(0) - mean.square()).clamp_(min=0)
        std.sqrt_()

        mean_size = (mean * divisor + first).abs()
        noise = torch.finfo(embedding.dtype).eps * mean_size
        is_constant = (largest == 0) | (std * divisor <= noise)
        divisor = (std * divisor).masked_fill(is_constant, torch.inf)
        offset = (mean / std).masked_fill(is_constant, 0)
        self._dtype = embedding.dtype
        if self._dtype != torch.double:
            self._dtype = torch.float
        self._first, self._divisor, self._offset = (
            each.to(self._dtype) for each in (first, divisor, offset))

    def __call__(self, rows: Tensor) -> Tensor:
        r"""Returns rows of the embedding with mean zero and variance one, in
        single precision, or in double if they are."""
        x = (0.5 * rows.detach().to(self._dtype)).sub_(self._first)
        return x.div_(self._divisor).sub_(self._offset)
