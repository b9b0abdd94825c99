from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive
from pyg_batchsampler.losses.pair_scores import EXCLUDED, pair_scores


def sup_con_loss(
    z1: Tensor,
    z2: Tensor,
    label: Tensor,
    temperature: float = 0.1,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The supervised contrastive loss from the `"Supervised Contrastive
    Learning" <https://arxiv.org/abs/2004.11362>`_ paper.

    Each of the :math:`2B` projections seeks its other view *and* all views of
    instances of its class, :math:`P(i)`, among the :math:`2B - 1` others,

    .. math::
        \ell_i = \frac{-1}{|P(i)|} \sum_{p \in P(i)} \log
        \frac{\exp(s_{i,p} / \tau)}{\sum_{j \neq i} \exp(s_{i,j} / \tau)}

    with :math:`s` their cosine similarities (the sum outside of the
    logarithm). Where every instance is a class of its own it is
    :meth:`nt_xent_loss`.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        label (torch.Tensor): One class per instance, :math:`[B]`; those of
            class :math:`-1` are of unknown class, each by itself.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.1`)
        is_false_negative (torch.Tensor, optional): Pairs of instances of
            *unlike* classes that are known not to be negatives of each other,
            and are left out, :math:`[B, B]`, ``torch.bool``. (default:
            :obj:`None`)

    Returns:
        The mean over all :math:`2B` projections.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or labels, the mask or a setting do not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike: log(2B - 1)
        >>> label = torch.tensor([0, 0, 1, 1])
        >>> round(float(sup_con_loss(z, z, label).exp()), 4)
        7.0
    """
    scores = pair_scores(z1, z2, temperature, is_false_negative)
    size = z1.size(0)
    if label.shape != (size, ) or label.is_floating_point():
        raise ValueError("'label' must hold one class per instance, integers "
                         f"of the shape [{size}] (got {list(label.shape)} of "
                         f"{label.dtype})")
    label = label.to(z1.device)
    is_same = (label == label.view(-1, 1)) & (label >= 0)
    is_same |= torch.eye(size, dtype=torch.bool, device=z1.device)
    own = torch.eye(2 * size, dtype=torch.bool, device=z1.device)
    is_positive = is_same.repeat(2, 2) & ~own
    others = scores.score.masked_fill(~(is_positive | scores.is_negative),
                                      EXCLUDED).logsumexp(dim=1)
    total = scores.score.masked_fill(~is_positive, 0).sum(dim=1)
    return (others - total / is_positive.sum(dim=1)).mean()


class SupConLoss(torch.nn.Module):
    r"""The module of :meth:`sup_con_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.1`)

    Example:
        >>> SupConLoss()
        SupConLoss(temperature=0.1)
    """
    def __init__(self, temperature: float = 0.1):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)

    def forward(self, z1: Tensor, z2: Tensor, label: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return sup_con_loss(z1, z2, label, self.temperature,
                            is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(temperature={self.temperature})'
