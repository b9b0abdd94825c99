from dataclasses import dataclass, field
from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.sampler.check_classes import check_classes
from pyg_batchsampler.sampler.strategy import Request, Strategy, option
from pyg_batchsampler.similarity.unit_rows import unit_rows


@dataclass(frozen=True, eq=False)
class MPerClass(Strategy):
    r"""Mini-batches of :math:`m` instances of each of :math:`B / m` random
    classes, for supervised contrastive and metric learning, from the `"In
    Defense of the Triplet Loss for Person Re-Identification"
    <https://arxiv.org/abs/1703.07737>`_ paper; each instance exactly once per
    epoch.

    Instances of a class are divided at random into groups of :math:`m`, of
    which the last one may be smaller; a mini-batch takes groups of distinct
    classes as long as there are others. Groups do not stop at the end of a
    mini-batch: take a multiple of :math:`m` for :math:`B`.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`; those of
            class :math:`-1` are of unknown class, each by itself.
        num_per_class (int, optional): Instances :math:`m` of each class.
            (default: :obj:`4`)

    Raises:
        ValueError: If labels are not integers, one per instance.

    Example:
        >>> from pyg_batchsampler import StrategyBatchSampler
        >>> label = torch.arange(24) % 6
        >>> sampler = StrategyBatchSampler(24, 8, MPerClass(label))
        >>> label[next(iter(sampler))].unique(return_counts=True)[1].tolist()
        [4, 4]
    """
    paper = 'https://arxiv.org/abs/1703.07737'
    uses_embedding = False

    label: Tensor = field(repr=False)
    num_per_class: int = option(4, 'instances of each class in a mini-batch')

    def __post_init__(self) -> None:
        object.__setattr__(self, 'label', check_classes(self.label))
        check_integer('num_per_class', self.num_per_class, low=1)

    def check(self, num_instances: int) -> None:
        if self.label.numel() != num_instances:
            raise ValueError("'label' must hold one class per instance, "
                             f"{num_instances} (got {self.label.numel()})")

    def order(self, request: Request) -> Tensor:
        groups = self._groups(request)
        kind = self._kinds(groups)
        return _in_distinct_classes(groups, kind, request, None)

    def _kinds(self, groups: List[Tensor]) -> List[int]:
        r"""Returns the class of each group; unknown ones are all distinct."""
        return [int(self.label[group[0]]) if self.label[group[0]] >= 0 else
                -1 - i for i, group in enumerate(groups)]

    def _groups(self, request: Request) -> List[Tensor]:
        r"""Returns groups of one class, in random order."""
        # Instances are in random order: so are those of a class.
        label = self.label[request.remaining].clone()
        unknown = label < 0
        label[unknown] = -1 - torch.arange(int(unknown.sum()))
        order = label.sort(stable=True)
        _, count = order.values.unique_consecutive(return_counts=True)
        groups = [group for own in request.remaining[order.indices].split(
            count.tolist()) for group in own.split(self.num_per_class)]
        perm = torch.randperm(len(groups), generator=request.generator)
        return [groups[i] for i in perm.tolist()]


@dataclass(frozen=True, eq=False)
class HardMPerClass(MPerClass):
    r"""Mini-batches of :math:`m` instances of each of :math:`B / m` classes
    that are hard to tell apart: a random group, see :class:`MPerClass`, and
    those most similar to it, on average over both groups, of other classes,
    among some random groups.

    Until there is an embedding, mini-batches are uniform.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`.
        num_per_class (int, optional): Instances :math:`m` of each class.
            (default: :obj:`4`)
        num_candidates (int, optional): Groups of which the most similar ones
            are taken: with fewer, mini-batches are milder. (default:
            :obj:`250`)

    Example:
        >>> from pyg_batchsampler import StrategyBatchSampler
        >>> label = torch.arange(24) % 6
        >>> x = torch.eye(3)[label // 2] + 0.1 * torch.eye(6, 3)[label]
        >>> sampler = StrategyBatchSampler(x, 8, HardMPerClass(label))
        >>> [sorted({*label[batch].tolist()}) for batch in sampler][0] in [
        ...     [0, 1], [2, 3], [4, 5]]
        True
    """
    uses_embedding = True

    num_candidates: int = option(250, 'groups of which the most similar ones '
                                 'are taken')

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer('num_candidates', self.num_candidates, low=1)

    def order(self, request: Request) -> Tensor:
        groups = self._groups(request)
        kind = self._kinds(groups)
        mean = torch.stack([request.rows[group.to(request.rows.device)].mean(0)
                            for group in groups])
        return _in_distinct_classes(groups, kind, request, unit_rows(mean),
                                    self.num_candidates)


def _in_distinct_classes(groups: List[Tensor], kind: List[int],
                         request: Request, x: 'Tensor | None',
                         num_candidates: int = 1) -> Tensor:
    r"""Puts groups one after another such that those of a mini-batch are of
    distinct classes as long as there are others: the first ones that are
    left, or, with their embeddings, the most similar to the first one of the
    mini-batch."""
    left = list(range(len(groups)))
    out: List[Tensor] = []
    num_placed = 0
    while left:
        first = left.pop(0)
        chosen, known = [first], {kind[first]}
        room = request.batch_size - num_placed % request.batch_size
        size = groups[first].numel()
        for i in _nearest(first, left, x, num_candidates):
            if size >= room:
                break
            if kind[i] not in known:
                chosen.append(i)
                known.add(kind[i])
                size += groups[i].numel()
        # No other class is left: the first ones fill it.
        taken = {*chosen}
        for i in left:
            if size >= room:
                break
            if i not in taken:
                chosen.append(i)
                taken.add(i)
                size += groups[i].numel()
        left = [i for i in left if i not in taken]
        out += [groups[i] for i in chosen]
        num_placed += size
    return torch.cat(out)


def _nearest(first: int, left: List[int], x: 'Tensor | None',
             num_candidates: int) -> List[int]:
    r"""Returns what is left, the nearest of the first ones before all
    others."""
    if x is None or not left:
        return left
    some = torch.tensor(left[:num_candidates], device=x.device)
    order = (x[some] @ x[first]).argsort(descending=True)
    return some[order].tolist() + left[num_candidates:]
