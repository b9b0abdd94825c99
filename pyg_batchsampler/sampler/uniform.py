from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.sampler.base import BaseBatchSampler


class UniformBatchSampler(BaseBatchSampler):
    r"""Shuffled mini-batches, the baseline of the `"BatchSampler: Sampling
    Mini-Batches for Contrastive Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper.

    Takes the arguments of :class:`BaseBatchSampler`; an embedding is legal
    and changes nothing.

    Example:
        >>> sampler = UniformBatchSampler(6, batch_size=4)
        >>> [len(batch) for batch in sampler]
        [4, 2]
    """
    uses_embedding = False

    def _plan_once(self, epoch: int, remaining: Tensor,
                   generator: torch.Generator) -> Tensor:
        return remaining

    def _plan_with_replacement(self, epoch: int, num_batches: int,
                               generator: torch.Generator) -> List[Tensor]:
        return self._uniform_with_replacement(epoch, num_batches, generator)
