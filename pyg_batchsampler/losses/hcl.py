from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import (check_non_negative, check_positive,
                                     check_probability)
from pyg_batchsampler.losses.dcl import debiased_loss
from pyg_batchsampler.losses.pair_scores import pair_scores


def hcl_loss(
    z1: Tensor,
    z2: Tensor,
    temperature: float = 0.5,
    tau_plus: float = 0.1,
    beta: float = 1.0,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The loss with hard negatives from the `"Contrastive Learning with Hard
    Negative Samples" <https://arxiv.org/abs/2010.04592>`_ paper.

    It is :meth:`dcl_loss` with the sum over negatives replaced by

    .. math::
        n \frac{\sum_j w_{i,j} e^{s_{i,j} / \tau}}{\sum_j w_{i,j}},
        \quad w_{i,j} = e^{\beta s_{i,j} / \tau}

    so that similar negatives count more.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)
        tau_plus (float, optional): :math:`\tau^+ \in [0, 1)`.
            (default: :obj:`0.1`)
        beta (float, optional): Hardness :math:`\beta \geq 0`; :obj:`0` is
            :meth:`dcl_loss`. (default: :obj:`1.0`)
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``. (default: :obj:`None`)

    Returns:
        The mean over all :math:`2B` projections.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or the mask or a setting does not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike, none is harder: log(2B - 1)
        >>> round(float(hcl_loss(z, z).exp()), 4)
        7.0
    """
    beta = check_non_negative('beta', beta)
    scores = pair_scores(z1, z2, temperature, is_false_negative)
    log_sum = (scores.num_negatives.clamp(min=1).log() +
               scores.log_sum(1 + beta) - scores.log_sum(beta))
    log_sum = log_sum.where(scores.num_negatives > 0, scores.log_sum())
    return debiased_loss(scores, log_sum, temperature, tau_plus)


class HCLLoss(torch.nn.Module):
    r"""The module of :meth:`hcl_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)
        tau_plus (float, optional): :math:`\tau^+ \in [0, 1)`.
            (default: :obj:`0.1`)
        beta (float, optional): Hardness :math:`\beta \geq 0`.
            (default: :obj:`1.0`)

    Example:
        >>> HCLLoss()
        HCLLoss(temperature=0.5, tau_plus=0.1, beta=1.0)
    """
    def __init__(self, temperature: float = 0.5, tau_plus: float = 0.1,
                 beta: float = 1.0):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)
        self.tau_plus = check_probability('tau_plus', tau_plus)
        self.beta = check_non_negative('beta', beta)

    def forward(self, z1: Tensor, z2: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return hcl_loss(z1, z2, self.temperature, self.tau_plus, self.beta,
                        is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(temperature={self.temperature}, '
                f'tau_plus={self.tau_plus}, beta={self.beta})')
