r"""What all benchmarks of pairs share."""

from typing import Dict, NamedTuple, Optional, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def recall(x: Tensor, y: Tensor, kind: Optional[Tensor] = None) -> float:
    r"""Returns how often the other side, or one of its kind, is the most
    similar of all, in %, mean of both directions (R@1)."""
    score = F.normalize(x, dim=1) @ F.normalize(y, dim=1).t()
    if kind is None:
        kind = torch.arange(x.size(0))
    hits = [(kind[s.argmax(dim=1)] == kind).float().mean()
            for s in (score, score.t())]
    return 50 * float(sum(hits))


class Negatives(NamedTuple):
    r"""How similar sides of different pairs are.

    Args:
        similarity (float): Mean over all of them.
        hardest_negative_similarity (float): Mean over sides of the most
            similar other side of another pair (top-1).
    """
    similarity: float
    hardest_negative_similarity: float


@torch.no_grad()
def negatives(x: Tensor, y: Tensor) -> Negatives:
    r"""Returns how similar sides of different pairs are, as the loss of a
    mini-batch compares them.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
        >>> negatives(x, x)
        Negatives(similarity=0.46..., hardest_negative_similarity=0.73...)
    """
    score = F.normalize(x, dim=1) @ F.normalize(y, dim=1).t()
    mean = (score.sum() - score.trace()) / (score.numel() - score.size(0))
    score.fill_diagonal_(-torch.inf)
    top = torch.cat([score.amax(dim=1), score.amax(dim=0)]).mean()
    return Negatives(float(mean), float(top))


def means(found: Sequence[Negatives]) -> Dict[str, float]:
    r"""Returns the means over mini-batches; nothing if there were none."""
    return {name: sum(values) / len(values)
            for name, values in zip(Negatives._fields, zip(*found))}
