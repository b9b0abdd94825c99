from collections import Counter
from typing import Any, List, Optional, Sequence

import torch
from torch import Tensor

from pyg_batchsampler.sampler.strategy import Request

NUM_TRIES = 50  # mini-batches that are asked for an exchange


class PartSameLabel:
    r"""A repair after which no two instances of one class share a mini-batch,
    as far as their numbers allow: false negatives apart, whatever the
    strategy, and each instance still exactly once. Give it to a sampler or
    loader as :obj:`repair`.

    An instance whose class is in its mini-batch already is exchanged for one
    of another mini-batch, the first of at most 50 random ones where that
    brings no class together in either. What cannot be parted stays, since the
    class is larger than the number of mini-batches, or no such exchange was
    found: how many, is in :attr:`StrategyBatchSampler.notes` as
    :obj:`num_not_parted`.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`; those of
            class :math:`-1` are of unknown class and stay where they are.

    Raises:
        ValueError: If labels are not integers, one per instance.

    Example:
        >>> from pyg_batchsampler import StrategyBatchSampler
        >>> label = torch.arange(40) % 8
        >>> sampler = StrategyBatchSampler(40, 8, 'uniform',
        ...                                repair=PartSameLabel(label))
        >>> max(8 - len({*label[batch].tolist()}) for batch in sampler)
        0
        >>> sampler.notes['num_not_parted']
        0
    """
    def __init__(self, label: Tensor):
        if (not isinstance(label, Tensor) or label.dim() != 1
                or label.is_floating_point()):
            found = (f'{list(label.shape)} of {label.dtype}'
                     if isinstance(label, Tensor) else type(label).__name__)
            raise ValueError("'label' must hold one class per instance, "
                             f"integers of the shape [N] (got {found})")
        self.label = label.cpu()

    def __call__(self, batches: Sequence[Tensor],
                 request: Request) -> List[Tensor]:
        if self.label.numel() != request.num_instances:
            raise ValueError("'label' must hold one class per instance, "
                             f"{request.num_instances} "
                             f"(got {self.label.numel()})")
        index = [batch.tolist() for batch in batches]
        label = [self.label[batch].tolist() for batch in batches]
        known = [Counter(kind for kind in kinds if kind >= 0)
                 for kinds in label]
        left = 0
        for own, kinds in enumerate(label):
            for place, kind in enumerate(kinds):
                if kind < 0 or known[own][kind] < 2:
                    continue
                found = self._partner(own, kind, label, known, request)
                if found is None:
                    left += 1
                    continue
                other, there = found
                taken = label[other][there]
                index[own][place], index[other][there] = (
                    index[other][there], index[own][place])
                kinds[place], label[other][there] = taken, kind
                _move(known, kind, own, other)
                _move(known, taken, other, own)
        request.memo['num_not_parted'] = left
        return [torch.tensor(batch) for batch in index]

    def _partner(self, own: int, kind: int, label: List[List[int]],
                 known: 'List[Counter[int]]', request: Request) -> Any:
        r"""Returns a mini-batch and a place in it for an exchange."""
        first = int(torch.randint(len(label), (1, ),
                                  generator=request.generator))
        for i in range(min(NUM_TRIES, len(label))):
            other = (first + i) % len(label)
            if other == own or known[other][kind] > 0:
                continue
            best: Optional[int] = None
            for there, taken in enumerate(label[other]):
                if known[own][taken] == 0:
                    best = there
                    if known[other][taken] > 1:  # it is in the way there
                        break
            if best is not None:
                return other, best
        return None


def _move(known: 'List[Counter[int]]', kind: int, source: int,
          target: int) -> None:
    if kind >= 0:
        known[source][kind] -= 1
        known[target][kind] += 1
