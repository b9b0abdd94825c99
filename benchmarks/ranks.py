r"""How well the other halves of pairs are found."""

from typing import Dict, Optional

import torch
import torch.nn.functional as F
from torch import Tensor

MAX_ROWS = 1000  # that are compared with all others at once


@torch.no_grad()
def ranks(x: Tensor, y: Tensor, index: Optional[Tensor] = None) -> Tensor:
    r"""Returns where the other half comes if all are ordered by similarity,
    from 1; among equally similar ones in their middle.

    Args:
        x (torch.Tensor): What seeks its other half, :math:`[N, D]`.
        y (torch.Tensor): All other halves, :math:`[N, D]`.
        index (torch.Tensor, optional): Those that seek, :math:`[Q]`; all if
            not given. (default: :obj:`None`)

    Raises:
        FloatingPointError: If any of them is infinite or NaN, whose rank
            would be 1.

    Example:
        >>> x, y = torch.eye(3), torch.eye(3)[[0, 2, 2]]
        >>> ranks(x, y)
        tensor([1.0000, 2.0000, 1.5000])
        >>> ranks(x, y, torch.tensor([2]))
        tensor([1.5000])
    """
    for name, z in [('x', x), ('y', y)]:
        if not bool(z.isfinite().all()):
            raise FloatingPointError(
                f"'{name}' must be finite (got "
                f"{int((~z.isfinite()).any(dim=1).sum())} rows that are not). "
                "Lower the learning rate")
    x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)
    if index is None:
        index = torch.arange(x.size(0))
    out = []
    for rows in index.split(MAX_ROWS):
        score = x[rows] @ y.t()
        own = score.gather(1, rows.view(-1, 1))
        out.append(1 + (score > own).sum(dim=1) +
                   ((score == own).sum(dim=1) - 1) / 2)
    return torch.cat(out)


def found(rank: Tensor) -> Dict[str, float]:
    r"""Returns how often the other half is the first, how often it is one of
    the first ten, and the mean of its reciprocal rank, in %.

    Example:
        >>> found(torch.tensor([1.0, 2.0, 20.0, 50.0]))
        {'recall_1': 25.0, 'recall_10': 50.0, 'mrr': 39.25}
    """
    return dict(recall_1=100 * float((rank <= 1).float().mean()),
                recall_10=100 * float((rank <= 10).float().mean()),
                mrr=round(100 * float(rank.double().reciprocal().mean()), 10))


def found_both_ways(x: Tensor, y: Tensor,
                    index: Optional[Tensor] = None) -> Dict[str, float]:
    r"""Returns what :meth:`found` does, by one side, by the other, and the
    mean of both.

    Example:
        >>> x, y = torch.eye(2), torch.ones(2, 2)
        >>> found_both_ways(x, y)['mrr']  # in the middle of two, both ways
        66.666...
    """
    by_x, by_y = found(ranks(x, y, index)), found(ranks(y, x, index))
    out = {name: (by_x[name] + by_y[name]) / 2 for name in by_x}
    for side, values in [('x', by_x), ('y', by_y)]:
        out.update({f'{name}_by_{side}': value
                    for name, value in values.items()})
    return out
