r"""Checks of what reports are given."""

from typing import Any, Iterable, List, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor

# What to give of what a loader yields.
OF_BATCH = "Of a loader, take its 'input_id'"
OF_LOADER = 'Of a loader, take [batch.input_id for batch in loader]'
Batches = Iterable[Union[Tensor, 'np.ndarray[Any, Any]', Sequence[int]]]


def check_batches(batches: Batches, num_instances: int) -> List[Tensor]:
    r"""Returns the instances of each mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`, of any type of integers.

    Example:
        >>> check_batches([[0, 2], [1]], num_instances=3)
        [tensor([0, 2]), tensor([1])]
    """
    what = "'batches' must hold the instances of each mini-batch"
    if isinstance(batches, str) or not isinstance(batches, Iterable):
        raise TypeError(f"{what} (got {_name_of(batches)})")
    out: List[Tensor] = []
    for batch in batches:
        if isinstance(batch, (int, float)) or getattr(batch, 'ndim', 1) == 0:
            raise TypeError(f"{what} (got the number {batch}). Of one "
                            "mini-batch, give [batch]")
        index = _index_of(batch)
        if index is None:
            raise TypeError(f"{what} (got {_name_of(batch)}). {OF_LOADER}")
        out.append(_check_index(index, num_instances, "'batches' must hold",
                                ', for each mini-batch', OF_LOADER))
    return out


def check_batch(batch: Any, num_instances: int) -> Tensor:
    r"""Returns the instances of one mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`, of any type of integers.

    Example:
        >>> check_batch([2, 0], num_instances=3)
        tensor([2, 0])
    """
    index = _index_of(batch)
    if index is None:
        raise TypeError("'batch' must hold the indices of a mini-batch (got "
                        f"{_name_of(batch)}). {OF_BATCH}")
    return _check_index(index, num_instances, "'batch' must hold", '',
                        OF_BATCH)


def _index_of(batch: Any) -> Optional[Tensor]:
    r"""Returns numbers as a tensor; :obj:`None` if they are none."""
    if isinstance(batch, str) or not isinstance(batch, (
            Tensor, np.ndarray, Sequence)):
        return None
    try:
        return torch.as_tensor(batch)
    except (RuntimeError, TypeError, ValueError):
        return None


def _name_of(value: Any) -> str:
    r"""Returns its kind, and that of what it holds if it is a list."""
    name = type(value).__name__
    if isinstance(value, (list, tuple)) and value:
        name += f' of {type(value[0]).__name__}'
    return name


def _check_index(index: Tensor, num_instances: int, what: str,
                 where: str, way: str) -> Tensor:
    is_mask = index.dtype == torch.bool
    if index.dim() != 1 or (index.numel() > 0 and (
            is_mask or index.is_floating_point() or index.is_complex())):
        if is_mask:
            way = 'Of a mask, give mask.nonzero().view(-1)'
        raise ValueError(f"{what} indices, [B]{where} (got "
                         f"{list(index.shape)} of {index.dtype}). {way}")
    index = index.long()
    bad = index[(index < 0) | (index >= num_instances)]
    if bad.numel() > 0:
        raise ValueError(f"{what} instances in [0, {num_instances}) (got "
                         f"{int(bad[0])})")
    return index


def check_label(label: Any, num_instances: Optional[int] = None) -> Tensor:
    r"""Returns labels if they are :math:`[N]` or :math:`[N, T]`, of as many
    instances as there are, if that is known.

    Example:
        >>> check_label(torch.tensor([0, 1, 1]), num_instances=3)
        tensor([0, 1, 1])
    """
    if not isinstance(label, Tensor):
        raise TypeError("'label' must be a tensor "
                        f"(got {type(label).__name__}). Convert it, e.g., "
                        "with torch.as_tensor")
    if label.dim() not in (1, 2):
        raise ValueError("'label' must hold one class per instance, [N], or "
                         "one per instance and task, [N, T] "
                         f"(got {list(label.shape)})")
    if num_instances is not None and label.size(0) != num_instances:
        raise ValueError("'embedding' and 'label' must be of the same "
                         f"instances (got {num_instances} and "
                         f"{label.size(0)})")
    return label


def check_classes(label: Any, num_instances: int) -> Tensor:
    r"""Returns labels if they are one class per instance, :math:`[N]`.

    Example:
        >>> check_classes(torch.tensor([0, 1, 1]), num_instances=3)
        tensor([0, 1, 1])
    """
    label = check_label(label, num_instances)
    if label.dim() != 1:
        raise ValueError("'label' must hold one class per instance, "
                         f"[{num_instances}] (got {list(label.shape)}). Of "
                         "tasks, give one, e.g., label[:, 0]")
    return label
