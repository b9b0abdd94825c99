import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.hardest_negatives import hardest_negatives
from pyg_batchsampler.report.in_batch_similarity import Batches, check_batches
from pyg_batchsampler.similarity.unit_rows import UnitRows


def hardest_same_label_rate(embedding: Tensor, label: Tensor,
                            batches: Batches) -> Tensor:
    r"""Returns the share of instances whose hardest negative, the most
    similar other one in the mini-batch, has the same label: the rate of false
    negatives where a contrastive loss feels them most.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`.
        batches (list): The instances of each mini-batch.

    Raises:
        ValueError: If there is not one label per instance, or a mini-batch
            holds anything but indices in :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
        >>> hardest_same_label_rate(x, torch.tensor([0, 0, 1]), [[0, 1, 2]])
        tensor([0.6667])
    """
    x = UnitRows(check_embedding(embedding))
    if label.dim() != 1 or label.numel() != x.size(0):
        raise ValueError("'label' must hold one class per instance, "
                         f"[{x.size(0)}] (got {list(label.shape)})")
    out = []
    for index in check_batches(batches, x.size(0)):
        own = label[index.to(label.device)]
        place = hardest_negatives(x, index, 1).place[:, 0:1].to(own.device)
        out.append((own[place.view(-1)] == own[:place.numel()]).float().mean())
    return torch.stack(out) if out else torch.empty(0)
