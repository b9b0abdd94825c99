from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pyg_batchsampler.sampler.data_source import DataSource
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.strategy import Request, Strategy
from pyg_batchsampler.sampler.strategy_batch_sampler import \
    StrategyBatchSampler


@register_strategy('uniform')
@dataclass(frozen=True)
class Uniform(Strategy):
    r"""Shuffled mini-batches, the baseline of the `"BatchSampler: Sampling
    Mini-Batches for Contrastive Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper.

    Example:
        >>> Uniform()
        Uniform()
    """
    paper = 'https://arxiv.org/abs/2306.03355'
    uses_embedding = False

    def order(self, request: Request) -> Tensor:
        return request.remaining

    def draw(self, request: Request) -> Tensor:
        size = min(request.batch_size, request.num_instances)
        return torch.stack([
            torch.randperm(request.num_instances,
                           generator=request.generator)[:size]
            for _ in range(request.num_batches)
        ])


class UniformBatchSampler(StrategyBatchSampler):
    r"""A :class:`StrategyBatchSampler` of :class:`Uniform` mini-batches. An
    embedding is legal and changes nothing.

    Example:
        >>> sampler = UniformBatchSampler(6, batch_size=4)
        >>> [len(batch) for batch in sampler]
        [4, 2]
    """
    def __init__(self, data_source: DataSource, batch_size: int,
                 **kwargs: Any):
        super().__init__(data_source, batch_size, 'uniform', **kwargs)
