from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive
from pyg_batchsampler.losses.pair_scores import pair_scores


def nt_xent_loss(
    z1: Tensor,
    z2: Tensor,
    temperature: float = 0.5,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The normalized temperature-scaled cross entropy from the `"A Simple
    Framework for Contrastive Learning of Visual Representations"
    <https://arxiv.org/abs/2002.05709>`_ paper.

    Each of the :math:`2B` projections seeks its other view among the
    :math:`2B - 1` others,

    .. math::
        \ell_i = -\log \frac{\exp(s_{i,p(i)} / \tau)}{\sum_{j \neq i}
        \exp(s_{i,j} / \tau)}

    with :math:`s` their cosine similarities.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``. (default: :obj:`None`)

    Returns:
        The mean over all :math:`2B` projections.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or the mask or a setting does not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike: log(2B - 1)
        >>> round(float(nt_xent_loss(z, z).exp()), 4)
        7.0
    """
    scores = pair_scores(z1, z2, temperature, is_false_negative)
    return (torch.logaddexp(scores.positive, scores.log_sum()) -
            scores.positive).mean()


class NTXentLoss(torch.nn.Module):
    r"""The module of :meth:`nt_xent_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)

    Example:
        >>> NTXentLoss(temperature=0.2)
        NTXentLoss(temperature=0.2)
    """
    def __init__(self, temperature: float = 0.5):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)

    def forward(self, z1: Tensor, z2: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return nt_xent_loss(z1, z2, self.temperature,
                            is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(temperature={self.temperature})'
