import torch
from torch import Tensor

from pyg_batchsampler.report.same_label_rate import same_label_rate


def uniform_same_label_rate(label: Tensor) -> Tensor:
    r"""Returns what :meth:`same_label_rate` is on average over mini-batches
    of distinct instances drawn uniformly: its value for the whole data set,
    whatever the batch size.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`, or one per
            task, :math:`[N, T]`, :obj:`nan` where it is not known.

    Shapes:
        - **output:** one value, or one per task, :math:`[T]`, :obj:`nan`
          with fewer than two instances of known label

    Example:
        >>> uniform_same_label_rate(torch.tensor([0, 0, 0, 1]))
        tensor(0.5000)
    """
    return same_label_rate(label, [torch.arange(len(label))])[0]
