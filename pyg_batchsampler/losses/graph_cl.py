from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_positive
from pyg_batchsampler.losses.pair_scores import pair_scores


def graph_cl_loss(
    z1: Tensor,
    z2: Tensor,
    temperature: float = 0.2,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The loss in the release of the `"Graph Contrastive Learning with
    Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Each of the :math:`B` first views seeks its second view among all second
    views,

    .. math::
        \ell_i = -\log \frac{\exp(s_{i,i} / \tau)}{\sum_{j \neq i}
        \exp(s_{i,j} / \tau)}

    with :math:`s` their cosine similarities. It is :meth:`nt_xent_loss` in
    one direction, with half the negatives and the positive left out of the
    denominator, and may be negative. Anchors without negatives cost nothing.

    Args:
        z1 (torch.Tensor): Projections of the first views, :math:`[B, P]`.
        z2 (torch.Tensor): Projections of the second views, :math:`[B, P]`.
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.2`)
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``. (default: :obj:`None`)

    Returns:
        The mean over the :math:`B` first views.

    Raises:
        ValueError: If projections are no matrices of one shape with at least
            one row, or the mask or a setting does not fit.

    Example:
        >>> z = torch.ones(4, 2)  # all alike: log(B - 1)
        >>> round(float(graph_cl_loss(z, z).exp()), 4)
        3.0
    """
    scores = pair_scores(z1, z2, temperature, is_false_negative,
                         symmetric=False)
    loss = scores.log_sum() - scores.positive
    return loss.where(scores.num_negatives > 0, 0.0).mean()


class GraphCLLoss(torch.nn.Module):
    r"""The module of :meth:`graph_cl_loss`.

    Args:
        temperature (float, optional): :math:`\tau > 0`.
            (default: :obj:`0.2`)

    Example:
        >>> GraphCLLoss()
        GraphCLLoss(temperature=0.2)
    """
    def __init__(self, temperature: float = 0.2):
        super().__init__()
        self.temperature = check_positive('temperature', temperature)

    def forward(self, z1: Tensor, z2: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        return graph_cl_loss(z1, z2, self.temperature,
                             is_false_negative=is_false_negative)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(temperature={self.temperature})'
