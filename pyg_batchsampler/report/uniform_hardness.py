r"""How hard uniform mini-batches are: there is no closed form, so some are
drawn."""

from collections import Counter
from typing import Iterable, Iterator, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.report.hardest_same_label_rate import same_rate
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.hardest_negatives import hardest_negatives
from pyg_batchsampler.similarity.unit_rows import UnitRows

NUM_ANCHORS = 2**13  # whose hardest negatives are looked at
SEED = 0  # the same ones for every report


class UniformHardness(NamedTuple):
    r"""What the hardest negatives of uniform mini-batches are like.

    Args:
        similarity (float): Their mean cosine similarity.
        same_label_rate (float): The share of them that has the label of the
            anchor; :obj:`nan` without labels.

    Example:
        >>> UniformHardness(0.5, 0.1).similarity
        0.5
    """
    similarity: float
    same_label_rate: float


def uniform_hardness(x: UnitRows, sizes: Iterable[int],
                     label: Optional[Tensor] = None) -> UniformHardness:
    r"""Measures the hardest negatives in uniformly drawn mini-batches of
    given sizes, those of about 8,000 anchors: always the same ones, whatever
    the global random state, which is left alone.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        sizes (Iterable[int]): The sizes; those below two have no say.
        label (torch.Tensor, optional): Labels, :math:`[N]` or
            :math:`[N, T]`. (default: :obj:`None`)

    Example:
        >>> x = UnitRows(torch.eye(2)[[0, 0, 1]])
        >>> uniform_hardness(x, [3], torch.arange(3))
        UniformHardness(similarity=0.66..., same_label_rate=0.0)
    """
    similarity, rate = [], []
    for share, batches in _draw(x.size(0), sizes):
        rows = x[batches.flatten().to(x.device)].view(*batches.size(), -1)
        found = hardest_negatives(rows, num_anchors=NUM_ANCHORS)
        similarity.append((share, float(found.similarity.mean())))
        if label is None:
            continue
        other = batches.gather(1, found.place[:, :, 0].to(batches.device))
        anchor = batches[:, :other.size(1)]
        rate.append((share, float(same_rate(
            label[anchor.flatten().to(label.device)],
            label[other.flatten().to(label.device)]).nanmean())))
    return UniformHardness(_weighted(similarity), _weighted(rate))


def _draw(num_instances: int,
          sizes: Iterable[int]) -> Iterator[Tuple[float, Tensor]]:
    r"""Yields mini-batches of each size, :math:`[S, B]`, and the share of
    that size, in proportion to which they are drawn."""
    count = Counter(min(size, num_instances) for size in sizes if size > 1)
    count.pop(1, None)  # of a single instance
    generator = make_generator(SEED)
    for size, number in sorted(count.items()):
        share = number / count.total()
        num_batches = -(-int(NUM_ANCHORS * share) // size) or 1
        per_perm = num_instances // size
        perm = torch.rand(-(-num_batches // per_perm), num_instances,
                          dtype=torch.double, generator=generator).argsort()
        yield share, perm[:, :per_perm * size].reshape(-1, size)[:num_batches]


def _weighted(values: List[Tuple[float, float]]) -> float:
    known = [(share, value) for share, value in values if value == value]
    total = sum(share for share, _ in known)
    if total == 0:
        return float('nan')
    return sum(share * value for share, value in known) / total
