r"""What all benchmarks of pairs share."""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor


def pair_loss(x: Tensor, y: Tensor, temperature: float) -> Tensor:
    r"""Every side seeks its other one among those of the mini-batch."""
    score = F.normalize(x, dim=1) @ F.normalize(y, dim=1).t() / temperature
    index = torch.arange(x.size(0))
    return (F.cross_entropy(score, index) +
            F.cross_entropy(score.t(), index)) / 2


def recall(x: Tensor, y: Tensor, kind: Optional[Tensor] = None) -> float:
    r"""Returns how often the other side, or one of its kind, is the most
    similar of all, in %, mean of both directions (R@1)."""
    score = F.normalize(x, dim=1) @ F.normalize(y, dim=1).t()
    if kind is None:
        kind = torch.arange(x.size(0))
    hits = [(kind[s.argmax(dim=1)] == kind).float().mean()
            for s in (score, score.t())]
    return 50 * float(sum(hits))


def negative_similarity(x: Tensor, y: Tensor) -> float:
    r"""Returns the mean similarity of sides of different pairs."""
    with torch.no_grad():
        score = F.normalize(x, dim=1) @ F.normalize(y, dim=1).t()
        return float((score.sum() - score.trace()) /
                     (score.numel() - score.size(0)))
