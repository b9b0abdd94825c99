import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.checks import check_positive


def nt_xent_loss(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
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

    Returns:
        The mean over all :math:`2B` projections.

    Example:
        >>> z = torch.ones(4, 2)  # all alike: log(2B - 1)
        >>> round(float(nt_xent_loss(z, z).exp()), 4)
        7.0
    """
    temperature = check_positive('temperature', temperature)
    if z1.dim() != 2 or z1.shape != z2.shape:
        raise ValueError("'z1' and 'z2' must be matrices of the same shape, "
                         "[batch_size, dim] "
                         f"(got {list(z1.shape)} and {list(z2.shape)})")
    # Cosines divided by a small temperature overflow half precision.
    z = F.normalize(torch.cat([z1, z2]).float(), dim=-1)
    with torch.autocast(z.device.type, enabled=False):
        score = z @ z.t() / temperature
    score.fill_diagonal_(-torch.inf)
    positive = torch.arange(z.size(0), device=z.device).roll(z1.size(0))
    return F.cross_entropy(score, positive)


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

    def forward(self, z1: Tensor, z2: Tensor) -> Tensor:
        return nt_xent_loss(z1, z2, self.temperature)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(temperature={self.temperature})'
