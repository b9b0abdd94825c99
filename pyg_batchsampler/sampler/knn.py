from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.sampler.base import BaseBatchSampler

MAX_ELEMENTS = 2**22  # similarities held at a time


class KNNBatchSampler(BaseBatchSampler):
    r"""Mini-batches of a random start and its nearest neighbors by cosine
    similarity, the baseline of the `"BatchSampler: Sampling Mini-Batches for
    Contrastive Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper that collects false negatives.

    With :obj:`replacement=False` each start takes its nearest neighbors among
    the instances that are left, so that the last mini-batches of an epoch are
    less similar than the first ones.

    Takes the arguments of :class:`BaseBatchSampler`.

    Example:
        >>> embedding = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1],
        ...                           [0.1, 0.9]])
        >>> sampler = KNNBatchSampler(embedding, batch_size=2)
        >>> sorted(sorted(batch) for batch in sampler)
        [[0, 2], [1, 3]]
    """
    def _plan_once(self, epoch: int, remaining: Tensor,
                   generator: torch.Generator) -> Tensor:
        x = self._unit_rows()[:]
        remaining = remaining.to(x.device)
        x = x[remaining]
        out: List[Tensor] = []
        while remaining.numel() > self.global_batch_size:
            # The order is random, so the first one is a random start.
            start = torch.zeros(1, dtype=torch.long, device=x.device)
            index = _nearest(x, start, self.global_batch_size)[0]
            out.append(remaining[index])
            is_left = torch.ones_like(remaining, dtype=torch.bool)
            is_left[index] = False
            remaining, x = remaining[is_left], x[is_left]
        return torch.cat([*out, remaining]).cpu()

    def _plan_with_replacement(self, epoch: int, num_batches: int,
                               generator: torch.Generator) -> List[Tensor]:
        x = self._unit_rows()[:]
        start = self._starts(num_batches, generator).to(x.device)
        size = min(self.global_batch_size, self.num_instances)
        rows = max(1, MAX_ELEMENTS // self.num_instances)
        index = [_nearest(x, some, size) for some in start.split(rows)]
        return list(torch.cat(index).cpu())


def _nearest(x: Tensor, start: Tensor, size: int) -> Tensor:
    r"""Returns each start and its nearest others :math:`[S, B]`, the start in
    front even where others coincide with it."""
    score = x[start] @ x.t()
    score.scatter_(1, start.view(-1, 1), torch.inf)
    return score.topk(size, dim=1).indices
