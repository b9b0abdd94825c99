r"""What losses over pairs of views share."""

from typing import NamedTuple, Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive

MIN_NORM = 1e-12  # of a projection that has a direction
EXCLUDED = -1e30  # of a logarithm: no pair, and no NaN in its gradient


class PairScores(NamedTuple):
    r"""Logarithms of what contrastive losses compare.

    Args:
        positive (torch.Tensor): :math:`s / \tau` of every anchor and its
            other view, :math:`[A]`.
        score (torch.Tensor): :math:`s / \tau` of every anchor and all
            others, :math:`[A, C]`.
        is_negative (torch.Tensor): Which of them are negatives,
            :math:`[A, C]`.
    """
    positive: Tensor
    score: Tensor
    is_negative: Tensor

    @property
    def num_negatives(self) -> Tensor:
        r"""Negatives of each anchor, :math:`[A]`."""
        return self.is_negative.sum(dim=1)

    def log_sum(self, power: float = 1.0) -> Tensor:
        r"""The logarithm of the sum of :math:`\exp(s / \tau)^p` over the
        negatives of each anchor, :math:`[A]`."""
        score = power * self.score
        return score.masked_fill(~self.is_negative, EXCLUDED).logsumexp(dim=1)


def pair_scores(
    z1: Tensor,
    z2: Tensor,
    temperature: float,
    is_false_negative: Optional[Tensor] = None,
    symmetric: bool = True,
) -> PairScores:
    r"""Compares the projections of two views.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        temperature (float): :math:`\tau > 0`.
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, :math:`[B, B]`,
            ``torch.bool``. (default: :obj:`None`)
        symmetric (bool, optional): If set to :obj:`False`, only first views
            are anchors, and only second views are compared with them.
            (default: :obj:`True`)
    """
    temperature = check_positive('temperature', temperature)
    if z1.dim() != 2 or z1.shape != z2.shape:
        raise ValueError("'z1' and 'z2' must be matrices of the same shape, "
                         "[batch_size, dim] "
                         f"(got {list(z1.shape)} and {list(z2.shape)})")
    if not (z1.is_floating_point() and z2.is_floating_point()):
        raise TypeError("'z1' and 'z2' must hold floating-point numbers "
                        f"(got {z1.dtype} and {z2.dtype})")
    size = z1.size(0)
    if size == 0:
        raise ValueError("'z1' and 'z2' must hold at least one instance "
                         f"(got {list(z1.shape)})")
    # Cosines divided by a small temperature overflow half precision.
    z1, z2 = _normalize(z1.float()), _normalize(z2.float())
    with torch.autocast(z1.device.type, enabled=False):
        anchor = torch.cat([z1, z2]) if symmetric else z1
        other = anchor if symmetric else z2
        score = anchor @ other.t() / temperature

    is_negative = ~torch.eye(size, dtype=torch.bool, device=z1.device)
    if is_false_negative is not None:
        is_negative &= ~check_mask(is_false_negative, size).to(z1.device)
    positive = score.diagonal()
    if symmetric:
        is_negative = is_negative.repeat(2, 2)
        positive = torch.cat([score.diagonal(size), score.diagonal(-size)])
    return PairScores(positive, score, is_negative)


def _normalize(z: Tensor) -> Tensor:
    norm = z.norm(dim=-1, keepdim=True)
    # The gradient of shorter ones would be large enough to drown all others.
    return z / norm.where(norm >= MIN_NORM, torch.inf)


def check_mask(is_false_negative: Tensor, size: int) -> Tensor:
    r"""Returns a mask of pairs of instances if it is one."""
    if (is_false_negative.dtype != torch.bool
            or is_false_negative.shape != (size, size)):
        raise ValueError("'is_false_negative' must be a mask of pairs, "
                         f"[{size}, {size}] of torch.bool "
                         f"(got {list(is_false_negative.shape)} of "
                         f"{is_false_negative.dtype})")
    return is_false_negative
