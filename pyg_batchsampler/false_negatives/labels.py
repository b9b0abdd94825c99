import torch
from torch import Tensor

from pyg_batchsampler.false_negatives.guard import Guard


class Labels(Guard):
    r"""Marks the pairs of one class: what a perfect guard would do, to see
    what a guard can gain at most.

    Args:
        label (torch.Tensor): One label per instance of the data set,
            :math:`[N]`, or several, :math:`[N, T]`, which must all be the
            same. NaN is not the same as anything.

    Example:
        >>> guard = Labels(torch.tensor([0, 1, 0, 1]))
        >>> guard(torch.tensor([3, 2, 0])).nonzero().tolist()
        [[1, 2], [2, 1]]
    """
    def __init__(self, label: Tensor):
        if not isinstance(label, Tensor) or label.dim() not in (1, 2):
            raise ValueError("'label' must be a tensor of one label per "
                             "instance, [num_instances], or several, "
                             "[num_instances, num_labels] "
                             f"(got {_shape_or_type(label)})")
        self.label = label.view(label.size(0), -1)

    def __call__(self, index: Tensor) -> Tensor:
        label = self.label[index.to(self.label.device)]
        mask = (label[:, None] == label[None]).all(dim=-1)
        return mask.fill_diagonal_(False)


def _shape_or_type(value: object) -> object:
    if isinstance(value, torch.Tensor):
        return list(value.shape)
    return type(value).__name__
