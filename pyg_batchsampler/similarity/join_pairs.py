from typing import Any, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_choice, check_embedding
from pyg_batchsampler.similarity.unit_rows import unit_rows

Pair = Tuple[Tensor, Tensor]
SIDES = ['both', 'mean', 'x', 'y']


def join_pairs(x: Tensor, y: Tensor, side: str = 'both') -> Tensor:
    r"""Turns the embeddings of both sides of :math:`N` pairs into one
    embedding of the pairs, for proximity graphs, samplers and loaders.

    With :math:`\langle \cdot, \cdot \rangle` the cosine similarity, that of
    the pairs :math:`i` and :math:`j` becomes

    * :obj:`"both"`: the mean of :math:`\langle x_i, x_j \rangle` and
      :math:`\langle y_i, y_j \rangle`,
    * :obj:`"mean"`: the mean of these two, :math:`\langle x_i, y_j \rangle`
      and :math:`\langle y_i, x_j \rangle`, all of which a contrastive loss
      compares (up to a factor, as rows are not of unit length),
    * :obj:`"x"` or :obj:`"y"`: that of one side.

    Args:
        x (torch.Tensor): One row per pair, :math:`[N, D]`, of any
            floating-point type. Its scale does not matter.
        y (torch.Tensor): The other side, :math:`[N, D']`, with
            :math:`D' = D` for :obj:`"mean"`.
        side (str, optional): What makes pairs similar, see above.
            (default: :obj:`"both"`)

    Shapes:
        - **output:** :math:`[N, D + D']` for :obj:`"both"`, the shape of a
          side otherwise, ``torch.float``

    Raises:
        ValueError: If a side is not a finite matrix, or both do not fit.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
        >>> y = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
        >>> z = join_pairs(x, y)
        >>> z @ z.t() / 2
        tensor([[1.0000, 0.5000],
                [0.5000, 1.0000]])
    """
    check_choice('side', side, SIDES)
    x, y = check_embedding(x, name='x'), check_embedding(y, name='y')
    if x.size(0) != y.size(0):
        raise ValueError("'x' and 'y' must have one row per pair "
                         f"(got {x.size(0)} and {y.size(0)})")
    if side == 'x':
        return unit_rows(x)
    if side == 'y':
        return unit_rows(y)
    if side == 'both':
        return torch.cat([unit_rows(x), unit_rows(y)], dim=1)
    if x.size(1) != y.size(1):
        raise ValueError("'x' and 'y' must be in one space, of one "
                         "dimension, to be compared with each other (got "
                         f"{x.size(1)} and {y.size(1)}). Use side='both'")
    return (unit_rows(x) + unit_rows(y)) / 2


def join_if_pair(embedding: Any) -> Any:
    r"""Joins the embeddings of both sides if there are two, and returns
    whatever else was given as it is."""
    if isinstance(embedding, tuple) and len(embedding) == 2:
        return join_pairs(*embedding)
    return embedding
