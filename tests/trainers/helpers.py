r"""What tests of other people's trainers share."""

from dataclasses import dataclass
from typing import Any, ClassVar, List

import torch
from torch import Tensor

from pyg_batchsampler import ProximityBatchSampler
from pyg_batchsampler.sampler import Request, Strategy, StrategyBatchSampler
from tests.helpers import make_generator

N, B = 22, 4
LEN = -(-N // B)
DATA: Any = torch.arange(N)
X = torch.randn(N, 4, generator=make_generator())
# Workers, and whether they persist.
WORKERS = [(0, False), (1, False), (2, False), (1, True), (2, True)]
TAKEN_APART = (
    'this sampler belongs to a BatchSamplerLoader, which was taken apart: '
    'without it nothing is recorded or refreshed. Iterate the '
    'BatchSamplerLoader itself: it knows the ranks and resumes by '
    "'load_state_dict', so do not give it to 'accelerator.prepare' or "
    "'skip_first_batches'")
ANOTHER_SAMPLER = (
    "'data_source' must not be a sampler (got {}). A trainer that puts its "
    'own sampler into ours leaves instances out, and ours knows the ranks by '
    'itself. Tell the trainer to leave it alone: '
    'Trainer(use_distributed_sampler=False) with Lightning, '
    'setup_dataloaders(..., use_distributed_sampler=False) with Fabric')


@dataclass(frozen=True)
class Counted(Strategy):
    r"""Sorts nothing, and notes the epochs that are planned."""
    uses_embedding = False
    epochs: ClassVar[List[int]] = []

    def order(self, request: Request) -> Tensor:
        self.epochs.append(request.epoch)
        return request.remaining


def counted() -> StrategyBatchSampler:
    Counted.epochs.clear()
    return StrategyBatchSampler(N, B, Counted())


def epochs_of(sampler: Any, *epochs: int) -> List[List[List[int]]]:
    r"""The mini-batches of some epochs, by a sampler that is told them."""
    out = []
    for epoch in epochs:
        sampler.set_epoch(epoch)
        out.append(list(sampler))
    return out


def expected(num_epochs: int) -> List[List[List[int]]]:
    return epochs_of(ProximityBatchSampler(X, B), *range(num_epochs))


def passes(loader: Any, num_epochs: int) -> List[List[List[int]]]:
    r"""What a loader of numbers delivers."""
    return [[batch.tolist() for batch in loader] for _ in range(num_epochs)]
