r"""Exactly-once mini-batches made of groups."""

import torch
from torch import Tensor

from pyg_batchsampler.sampler.form_groups import form_groups
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows


def grouped_order(x: UnitRows, remaining: Tensor, batch_size: int,
                  group_size: int, reach: float,
                  generator: torch.Generator) -> Tensor:
    r"""Orders instances so that every :math:`B` in a row are
    :math:`\lfloor B / k \rfloor` groups of :math:`k`, and parts of one more
    if :math:`k` does not divide :math:`B`.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        remaining (torch.Tensor): The instances to order, in random order,
            :math:`[R]`.
        batch_size (int): :math:`B`.
        group_size (int): :math:`k \leq B`.
        reach (float): See :meth:`form_groups`.
        generator (torch.Generator): Source of randomness.
    """
    full, rest = form_groups(x, remaining, group_size, reach, generator)
    num_batches = remaining.numel() // batch_size
    num_groups = batch_size // group_size
    if num_groups == 1:
        full = full[_spread(mean_similarity(x, full).cpu(), generator)]
    whole = full[:num_batches * num_groups].reshape(num_batches, -1)
    rest = torch.cat([full[num_batches * num_groups:].flatten(), rest])
    num_more = batch_size - whole.size(1)
    more = rest[:num_batches * num_more].view(num_batches, num_more)
    batches = torch.cat([whole, more], dim=1).flatten()
    return torch.cat([batches, rest[more.numel():]])


def _spread(hardness: Tensor, generator: torch.Generator) -> Tensor:
    r"""Orders mini-batches at random such that each quarter of an epoch gets
    its share of the hard ones. Where mini-batches are made of many groups,
    there is no need to."""
    rank = hardness.argsort(descending=True)
    quarter = torch.arange(rank.numel()) % 8
    quarter = torch.minimum(quarter, 7 - quarter)  # 0 1 2 3 3 2 1 0 …
    noise = torch.rand(rank.numel(), generator=generator)
    names = torch.randperm(4, generator=generator)
    return rank[(names[quarter] + noise).argsort()]
