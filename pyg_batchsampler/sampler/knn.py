from dataclasses import dataclass
from typing import Any, List

import torch
from torch import Tensor

from pyg_batchsampler.sampler.data_source import DataSource
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.strategy import Request, Strategy
from pyg_batchsampler.sampler.strategy_batch_sampler import \
    StrategyBatchSampler

MAX_ELEMENTS = 2**22  # similarities held at a time


@register_strategy('knn')
@dataclass(frozen=True)
class KNN(Strategy):
    r"""Mini-batches of a random start and its nearest neighbors by cosine
    similarity, the baseline of the `"BatchSampler: Sampling Mini-Batches for
    Contrastive Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper that collects false negatives.

    If every instance is used once, each start takes its nearest neighbors
    among the instances that are left, so that the last mini-batches of an
    epoch are less similar than the first ones.

    Example:
        >>> KNN()
        KNN()
    """
    paper = 'https://arxiv.org/abs/2306.03355'

    def order(self, request: Request) -> Tensor:
        x, remaining = request.rows[:], request.remaining
        remaining = remaining.to(x.device)
        x = x[remaining]
        out: List[Tensor] = []
        while remaining.numel() > request.batch_size:
            # The order is random, so the first one is a random start.
            start = torch.zeros(1, dtype=torch.long, device=x.device)
            index = _nearest(x, start, request.batch_size)[0]
            out.append(remaining[index])
            is_left = torch.ones_like(remaining, dtype=torch.bool)
            is_left[index] = False
            remaining, x = remaining[is_left], x[is_left]
        return torch.cat([*out, remaining]).cpu()

    def draw(self, request: Request) -> Tensor:
        x = request.rows[:]
        start = request.starts().to(x.device)
        size = min(request.batch_size, x.size(0))
        rows = max(1, MAX_ELEMENTS // x.size(0))
        return torch.cat([_nearest(x, some, size)
                          for some in start.split(rows)]).cpu()


def _nearest(x: Tensor, start: Tensor, size: int) -> Tensor:
    r"""Returns each start and its nearest others :math:`[S, B]`, the start in
    front even where others coincide with it."""
    score = x[start] @ x.t()
    score.scatter_(1, start.view(-1, 1), torch.inf)
    return score.topk(size, dim=1).indices


class KNNBatchSampler(StrategyBatchSampler):
    r"""A :class:`StrategyBatchSampler` of nearest neighbors, see
    :class:`KNN`.

    Example:
        >>> embedding = torch.eye(4).repeat(2, 1)
        >>> sampler = KNNBatchSampler(embedding, batch_size=2)
        >>> sorted(sorted(batch) for batch in sampler)
        [[0, 4], [1, 5], [2, 6], [3, 7]]
    """
    def __init__(self, data_source: DataSource, batch_size: int,
                 **kwargs: Any):
        super().__init__(data_source, batch_size, 'knn', **kwargs)
