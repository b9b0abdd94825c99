r"""Checks of what reports are given."""

from typing import Any, Iterable, List, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor

Batches = Iterable[Union[Tensor, 'np.ndarray[Any, Any]', Sequence[int]]]


def check_batches(batches: Batches, num_instances: int) -> List[Tensor]:
    r"""Returns the instances of each mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`."""
    out: List[Tensor] = []
    for batch in batches:
        if not isinstance(batch, (Tensor, np.ndarray, Sequence)):
            raise TypeError("'batches' must hold the instances of each "
                            f"mini-batch (got {type(batch).__name__}). Of a "
                            "loader, take [batch.input_id for batch in "
                            "loader]")
        out.append(_check_index(
            torch.as_tensor(batch), num_instances, "'batches' must hold",
            ', for each mini-batch'))
    return out


def check_batch(batch: Any, num_instances: int) -> Tensor:
    r"""Returns the instances of one mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`."""
    try:
        index = torch.as_tensor(batch)
    except (RuntimeError, TypeError, ValueError):
        raise TypeError("'batch' must hold the indices of a mini-batch (got "
                        f"{type(batch).__name__}). Of a loader, take its "
                        "'input_id'") from None
    return _check_index(index, num_instances, "'batch' must hold", '')


def _check_index(index: Tensor, num_instances: int, what: str,
                 where: str) -> Tensor:
    if index.dim() != 1 or (index.numel() > 0 and index.dtype not in
                            (torch.int, torch.long)):
        raise ValueError(f"{what} indices, [B]{where} (got "
                         f"{list(index.shape)} of {index.dtype})")
    index = index.long()
    bad = index[(index < 0) | (index >= num_instances)]
    if bad.numel() > 0:
        raise ValueError(f"{what} instances in [0, {num_instances}) (got "
                         f"{int(bad[0])})")
    return index


def check_label(label: Any, num_instances: Optional[int] = None) -> Tensor:
    r"""Returns labels if they are :math:`[N]` or :math:`[N, T]`, of as many
    instances as there are, if that is known."""
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
    r"""Returns labels if they are one class per instance, :math:`[N]`."""
    if not isinstance(label, Tensor) or list(label.shape) != [num_instances]:
        found = (list(label.shape) if isinstance(label, Tensor) else
                 type(label).__name__)
        raise ValueError("'label' must be a tensor of one class per instance, "
                         f"[{num_instances}] (got {found})")
    return label
