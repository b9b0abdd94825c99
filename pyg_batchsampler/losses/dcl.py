from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive, check_probability
from pyg_batchsampler.losses.pair_scores import PairScores, pair_scores


def dcl_loss(
    z1: Tensor,
    z2: Tensor,
    temperature: float = 0.5,
    tau_plus: float = 0.1,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The debiased contrastive loss from the `"Debiased Contrastive
    Learning" <https://arxiv.org/abs/2007.00224>`_ paper.

    It takes a share :math:`\tau^+` of the negatives for instances of the
    anchor's class, and their part in the sum for that of the positive,

    .. math::
        \ell_i = -\log \frac{e^{s_{i,p(i)} / \tau}}{e^{s_{i,p(i)} / \tau} +
        G_i}, \quad
        G_i = \max \left\{ \frac{\sum_j e^{s_{i,j} / \tau} - \tau^+ n
        e^{s_{i,p(i)} / \tau}}{1 - \tau^+}, n e^{-1 / \tau} \right\}

    with :math:`j` over the :math:`n = 2B - 2` negatives.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)
        tau_plus (float, optional): :math:`\tau^+ \in [0, 1)`; :obj:`0` is
            :meth:`nt_xent_loss`. (default: :obj:`0.1`)
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``. (default: :obj:`None`)

    Returns:
        The mean over all :math:`2B` projections.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or the mask or a setting does not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike, whatever the prior: log(2B - 1)
        >>> round(float(dcl_loss(z, z, tau_plus=0.3).exp()), 4)
        7.0
    """
    scores = pair_scores(z1, z2, temperature, is_false_negative)
    return debiased_loss(scores, scores.log_sum(), temperature, tau_plus)


def debiased_loss(scores: PairScores, log_sum: Tensor, temperature: float,
                  tau_plus: float) -> Tensor:
    r"""The loss above, from the logarithm of the sum over negatives."""
    tau_plus = check_probability('tau_plus', tau_plus)
    positive, n = scores.positive, scores.num_negatives
    # All terms relative to the largest one.
    largest = torch.maximum(positive, log_sum).detach()
    pos, neg = (positive - largest).exp(), (log_sum - largest).exp()
    debiased = (neg - tau_plus * n * pos) / (1 - tau_plus)
    least = n * (-1 / temperature - largest).exp()
    return (largest - positive +
            (pos + torch.maximum(debiased, least)).log()).mean()


class DCLLoss(torch.nn.Module):
    r"""The module of :meth:`dcl_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.5`)
        tau_plus (float, optional): :math:`\tau^+ \in [0, 1)`.
            (default: :obj:`0.1`)

    Example:
        >>> DCLLoss()
        DCLLoss(temperature=0.5, tau_plus=0.1)
    """
    def __init__(self, temperature: float = 0.5, tau_plus: float = 0.1):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)
        self.tau_plus = check_probability('tau_plus', tau_plus)

    def forward(self, z1: Tensor, z2: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return dcl_loss(z1, z2, self.temperature, self.tau_plus,
                        is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(temperature={self.temperature}, '
                f'tau_plus={self.tau_plus})')
