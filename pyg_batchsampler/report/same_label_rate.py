import torch
from torch import Tensor

from pyg_batchsampler.report.in_batch_similarity import Batches


def same_label_rate(label: Tensor, batches: Batches) -> Tensor:
    r"""Returns the share of pairs :math:`i \neq j` with equal labels in each
    mini-batch: the rate of false negatives, if labels tell.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`.
        batches (list): The instances of each mini-batch.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    Example:
        >>> same_label_rate(torch.tensor([0, 0, 1]), [[0, 1], [0, 1, 2]])
        tensor([1.0000, 0.3333])
    """
    if label.dim() != 1:
        raise ValueError("'label' must be a vector, one class per instance "
                         f"(got {list(label.shape)})")
    out = []
    for batch in batches:
        value = label[torch.as_tensor(batch)]
        count = value.unique(return_counts=True)[1].float()
        size = value.numel()
        out.append((count * (count - 1)).sum() / (size * (size - 1) or
                                                  float('nan')))
    return torch.stack(out)
