from dataclasses import dataclass
from typing import List

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.shuffle_mini_batches import shuffle_mini_batches
from pyg_batchsampler.sampler.strategy import Request, Strategy, option

MAX_ELEMENTS = 2**26  # similarities held at a time: 256 MiB


@register_strategy('chain')
@dataclass(frozen=True)
class Chain(Strategy):
    r"""Mini-batches cut from chains of nearest neighbors, from the
    `"GRIT-VLP: Grouped Mini-batch Sampling for Efficient Vision and Language
    Pre-training" <https://arxiv.org/abs/2208.04060>`_ paper: instances are
    divided into random subsets; in each, the next one of a chain is the
    instance most similar to the last one of those that are left. The
    mini-batches that chains are cut into are shuffled.

    Args:
        subset_size (int, optional): Instances :math:`M \geq 2` of a subset.
            (default: :obj:`1000`)

    Example:
        >>> Chain()
        Chain(subset_size=1000)
    """
    paper = 'https://arxiv.org/abs/2208.04060'

    subset_size: int = option(1000, 'instances of a random subset, in which '
                              'each is followed by its nearest that is left')

    def check(self, num_instances: int) -> None:
        check_integer('subset_size', self.subset_size, low=2)
        most = int(MAX_ELEMENTS**0.5)
        if min(self.subset_size, num_instances) > most:
            raise ValueError(f"'subset_size' must be at most {most} (got "
                             f"{self.subset_size}): all pairs of a subset are "
                             "compared at once. Lower it")

    def order(self, request: Request) -> Tensor:
        remaining = request.remaining
        size = min(self.subset_size, remaining.numel())
        num_full = remaining.numel() // size * size
        subsets = [*remaining[:num_full].view(-1, size).split(
            max(1, MAX_ELEMENTS // size**2))]
        if num_full < remaining.numel():
            subsets.append(remaining[num_full:].view(1, -1))
        order = torch.cat([_chains(request.rows[some.flatten()].view(
            *some.size(), -1), some).flatten() for some in subsets])
        return shuffle_mini_batches(order, request.batch_size,
                                    request.generator)


def _chains(x: Tensor, index: Tensor) -> Tensor:
    r"""Returns the instances of each subset, :math:`[S, M]`, by their
    embeddings :math:`[S, M, D]`, as a chain that begins with its first one."""
    score = x @ x.transpose(1, 2)
    row = torch.arange(x.size(0), device=x.device)
    last = torch.zeros_like(row)
    out: List[Tensor] = [last]
    score[row, :, last] = -torch.inf
    for _ in range(x.size(1) - 1):
        last = score[row, last].argmax(dim=1)
        score[row, :, last] = -torch.inf  # it is taken
        out.append(last)
    return index.gather(1, torch.stack(out, dim=1).cpu())
