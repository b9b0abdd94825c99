from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive
from pyg_batchsampler.losses.pair_scores import PairScores, pair_scores


def info_nce_loss(
    z1: Tensor,
    z2: Tensor,
    temperature: float = 0.07,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The symmetric loss of pairs of unlike sides, *e.g.*, graphs and texts,
    from the `"Learning Transferable Visual Models From Natural Language
    Supervision" <https://arxiv.org/abs/2103.00020>`_ paper.

    Each of the :math:`2B` sides seeks its other side among the :math:`B`
    others of that kind,

    .. math::
        \ell_i = -\log \frac{\exp(s_{i,p(i)} / \tau)}{\sum_j
        \exp(s_{i,j} / \tau)}

    with :math:`s` their cosine similarities. It is :meth:`nt_xent_loss`
    without the negatives of the same side.

    Args:
        z1 (torch.Tensor): Projections of the first sides, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second sides, :math:`[B, P]`.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.07`)
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``: the first side of the row's
            instance and the second side of the column's.
            (default: :obj:`None`)

    Returns:
        The mean over all :math:`2B` sides.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or the mask or a setting does not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike: log(B)
        >>> round(float(info_nce_loss(z, z).exp()), 4)
        4.0
    """
    there = pair_scores(z1, z2, temperature, is_false_negative,
                        symmetric=False)
    back = PairScores(there.positive, there.score.t(), there.is_negative.t())
    log_sum = torch.cat([there.log_sum(), back.log_sum()])
    positive = there.positive.repeat(2)
    return (torch.logaddexp(positive, log_sum) - positive).mean()


class InfoNCELoss(torch.nn.Module):
    r"""The module of :meth:`info_nce_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.07`)

    Example:
        >>> InfoNCELoss()
        InfoNCELoss(temperature=0.07)
    """
    def __init__(self, temperature: float = 0.07):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)

    def forward(self, z1: Tensor, z2: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return info_nce_loss(z1, z2, self.temperature,
                             is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(temperature={self.temperature})'
