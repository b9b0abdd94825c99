from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer


class Classes(NamedTuple):
    r"""A data set that can be cut into stratified folds."""
    embedding: np.ndarray  # [N, D], float64
    label: np.ndarray  # [N], 0, 1, … in the order of the classes
    num_folds: int


def check_classes(embedding: Any, label: Any, num_folds: int,
                  nested: bool = False) -> Classes:
    r"""Returns what a probe works on if :obj:`embedding` is finite,
    :obj:`label` holds one of several classes per instance, and each class has
    enough of them.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`.
        num_folds (int): Number of folds wanted, at least two. Fewer are
            returned if the rarest class is smaller, so that each fold holds
            every class.
        nested (bool, optional): Whether the instances outside a fold are cut
            into folds again. (default: :obj:`False`)

    Example:
        >>> check_classes(torch.ones(3, 2), torch.ones(3), num_folds=2)
        Traceback (most recent call last):
        ...
        ValueError: 'label' must hold at least two classes (got 1)
    """
    embedding = check_embedding(embedding)
    if not isinstance(label, Tensor):
        raise TypeError("'label' must be a tensor "
                        f"(got {type(label).__name__})")
    if label.dim() != 1 or label.numel() != embedding.size(0):
        raise ValueError("'label' must hold one class per instance, "
                         f"{embedding.size(0)} (got {list(label.shape)})")
    bad = (~label.isfinite()).nonzero()
    if bad.numel() > 0:
        raise ValueError("'label' holds non-finite values, first in row "
                         f"{int(bad[0])}. Leave out instances of unknown "
                         "class")
    _, code, count = label.unique(return_inverse=True, return_counts=True)
    if count.numel() < 2:
        raise ValueError("'label' must hold at least two classes "
                         f"(got {count.numel()})")
    num_folds = check_integer('num_folds', num_folds, low=2)
    rarest = int(count.min())
    # The largest test fold takes ceil(rarest / folds) of the rarest class.
    low = (4 if num_folds == 2 else 3) if nested else 2
    if rarest < low:
        raise ValueError(f"'label' must hold every class at least {low} times "
                         f"(got a class with {rarest} instance"
                         f"{'s' if rarest > 1 else ''})")
    return Classes(embedding.to('cpu', torch.float64).numpy(),
                   code.cpu().numpy(), min(num_folds, rarest))
