import torch
from torch import Tensor

from pyg_batchsampler.report.check_batches import (Batches, check_batches,
                                                   check_label)


def same_label_rate(label: Tensor, batches: Batches) -> Tensor:
    r"""Returns the share of pairs :math:`i \neq j` with equal labels in each
    mini-batch: the rate of false negatives, if labels tell.

    With several tasks there is one rate for each of them, over the pairs
    whose labels are both known. :meth:`uniform_same_label_rate` tells what
    mini-batches drawn without looking would have.

    Args:
        label (torch.Tensor): One class per instance, :math:`[N]`, or one per
            task, :math:`[N, T]`, :obj:`nan` where it is not known.
        batches (list): The instances of each mini-batch.

    Raises:
        ValueError: If a mini-batch holds anything but indices in
            :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :math:`[B]`, or one per task,
          :math:`[B, T]`, :obj:`nan` for those with fewer than two instances
          of known label

    Example:
        >>> same_label_rate(torch.tensor([0, 0, 1]), [[0, 1], [0, 1, 2]])
        tensor([1.0000, 0.3333])
    """
    check_label(label)
    known = label == label
    # Every (task, class) counts in a bin of its own.
    classes, code = label[known].unique(return_inverse=True)
    num_tasks, num_classes = label[:1].numel(), max(classes.numel(), 1)
    bins = torch.zeros(label.shape, dtype=torch.long, device=label.device)
    bins[known] = code
    bins += num_classes * torch.arange(num_tasks, device=label.device).view(
        label[:1].shape)
    indices = check_batches(batches, label.size(0))
    out = label.new_empty((len(indices), num_tasks), dtype=torch.float)
    for i, index in enumerate(indices):
        index = index.to(label.device)
        count = bins[index][known[index]].bincount(
            minlength=num_tasks * num_classes)
        count = count.view(num_tasks, num_classes).double()
        total = count.sum(dim=1)
        # 0 / 0 is the 'nan' of those without a pair.
        out[i] = (count * (count - 1)).sum(dim=1) / (total * (total - 1))
    return out.view(-1, *label.shape[1:])
