r"""A partition into batches by noisy bisections."""

from typing import List

import torch
from torch import Tensor
from torch_scatter import segment_csr

from pyg_batchsampler.graph.sort_keys import sort_keys

SCORE_BITS = 20
MAX_DEVIATION = 8  # of a score, in standard deviations


class Bisection:
    r"""Splits instances into batches, each part in two halves again and
    again.

    Every level has a few random directions, differences of two random
    instances, of which each part takes the one along which it is spread most.
    Its instances are sorted by their projection onto that direction plus
    noise, and cut where the batches of the first half are full. What meets in
    a batch thus lies on the same side of most cuts, and batches are full by
    construction, without rejections or left-overs. No noise gives the most
    similar batches, much noise uniform ones.

    Args:
        score (torch.Tensor): Projections onto the directions of each level,
            :math:`[L, C, N]` with :math:`L =` :meth:`num_levels`; instances
            in random order.
        cut (torch.Tensor): Where batches begin and end, rising from
            :math:`0` to :math:`N`, :math:`[S + 1]`.
        generator (torch.Generator): Source of the noise.
    """
    def __init__(self, score: Tensor, cut: Tensor,
                 generator: torch.Generator):
        num_levels, _, num_instances = score.size()
        self.score = score
        self.noise = torch.randn(num_levels, num_instances,
                                 generator=generator).to(score.device)
        # Parts of a level, numbered in order, precede score and position in
        # the keys that are sorted.
        self.shift = (num_instances - 1).bit_length()
        position = torch.arange(num_instances, device=score.device)
        self.ptrs = [cut[some] for some in _levels(cut.numel() - 1)]
        self.parts = [
            torch.repeat_interleave(ptr.diff()).to(score.device)
            for ptr in self.ptrs
        ]
        self.keys = [(part << (SCORE_BITS + self.shift)) + position
                     for part in self.parts]

    def order(self, noise_scale: float) -> Tensor:
        r"""Returns the instances batch by batch, :math:`[N]`.

        Args:
            noise_scale (float): Standard deviation of the noise, in units of
                the standard deviation of the projections in a part.
        """
        num_instances = self.noise.size(1)
        order = torch.arange(num_instances, device=self.score.device)
        low = 2**(SCORE_BITS - 1)
        to_integer = low / MAX_DEVIATION / (1 + noise_scale**2)**0.5
        for i, (ptr, part, key) in enumerate(
                zip(self.ptrs, self.parts, self.keys)):
            score = self.score[i].index_select(1, order)
            ptr = ptr.to(order.device).expand(score.size(0), -1)
            mean = segment_csr(score, ptr, reduce='mean')
            variance = segment_csr(score * score, ptr, reduce='mean')
            variance = variance.sub_(mean * mean).clamp_(min=1e-20)
            if score.size(0) > 1:
                choice = variance.argmax(dim=0, keepdim=True)
                mean = mean.gather(0, choice)
                variance = variance.gather(0, choice)
                score = score.gather(0, choice[:, part])
            scale = variance.rsqrt_()
            score = torch.addcmul((-mean * scale)[0].index_select(0, part),
                                  score[0], scale[0].index_select(0, part))
            score.add_(self.noise[i], alpha=noise_scale)
            score = score.mul_(to_integer).clamp_(1 - low, low - 1).long()
            key = sort_keys(key + ((score + low) << self.shift))
            order = order[key & ((1 << self.shift) - 1)]
        return order


def num_levels(num_batches: int) -> int:
    r"""How often parts are halved until each is one batch.

    Example:
        >>> [num_levels(i) for i in [1, 2, 3, 4, 5]]
        [0, 1, 2, 2, 3]
    """
    return (num_batches - 1).bit_length()


def _levels(num_batches: int) -> List[Tensor]:
    r"""Returns for each level the batches at which its parts begin and
    end."""
    cut = torch.tensor([0, num_batches])
    out = []
    for _ in range(num_levels(num_batches)):
        out.append(cut)
        middle = (cut[:-1] + cut[1:]) // 2
        cut = torch.cat([cut, middle]).unique()
    return out
