from collections import Counter
from typing import List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.sampler.check_classes import check_classes
from pyg_batchsampler.sampler.strategy import Request

NUM_TRIES = 50  # mini-batches that are asked for an exchange


class PartSameLabel:
    r"""A repair after which no two instances of one class share a mini-batch,
    as far as their numbers allow: false negatives apart, whatever the
    strategy, and each instance still exactly once. Give it to a sampler or
    loader as :obj:`repair`.

    An instance whose class is in its mini-batch already is exchanged for one
    of another mini-batch, the first of at most 50 in a row, from a random one
    on, where that brings no class together in either. What cannot be parted
    stays, since the class is larger than the number of mini-batches, or no
    such exchange was found: how many, is in
    :attr:`StrategyBatchSampler.notes` as :obj:`num_not_parted`.

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
        self.label = check_classes(label)

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
                found = self._partner(index, own, place, label, known,
                                      request)
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

    def _partner(self, index: List[List[int]], own: int, place: int,
                 label: List[List[int]], known: 'List[Counter[int]]',
                 request: Request) -> Optional[Tuple[int, int]]:
        r"""Returns a mini-batch and a place in it for an exchange."""
        kind = label[own][place]
        first = int(torch.randint(len(label), (1, ),
                                  generator=request.generator))
        for i in range(min(NUM_TRIES, len(label))):
            other = (first + i) % len(label)
            if (other == own or known[other][kind] > 0
                    or index[own][place] in index[other]):
                continue
            best: Optional[int] = None
            for there, taken in enumerate(label[other]):
                if known[own][taken] == 0 and (
                        index[other][there] not in index[own]):
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
