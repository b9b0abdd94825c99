r"""Checks of what reports are given."""

from typing import Any, Iterable, List, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor

Indices = Union[Tensor, 'np.ndarray[Any, Any]', Sequence[int]]
Batches = Iterable[Indices]


def check_batches(batches: Batches, num_instances: int) -> List[Tensor]:
    r"""Returns the instances of each mini-batch as a tensor :math:`[B]` if
    they are among :math:`N`."""
    return [check_batch(batch, num_instances) for batch in batches]


def check_batch(batch: Any, num_instances: int) -> Tensor:
    r"""Returns the instances of a mini-batch as a tensor :math:`[B]` if they
    are among :math:`N`."""
    if not isinstance(batch, (Tensor, np.ndarray, Sequence)):
        raise TypeError("'batches' must hold the instances of each "
                        f"mini-batch (got {type(batch).__name__}). Of a "
                        "loader, take [batch.input_id for batch in loader]")
    index = torch.as_tensor(batch)
    if index.dim() != 1 or (index.numel() > 0 and index.dtype not in
                            (torch.int, torch.long)):
        raise ValueError("'batches' must hold indices, [B], for each "
                         f"mini-batch (got {list(index.shape)} of "
                         f"{index.dtype})")
    index = index.long()
    bad = index[(index < 0) | (index >= num_instances)]
    if bad.numel() > 0:
        raise ValueError("'batches' must hold instances in [0, "
                         f"{num_instances}) (got {int(bad[0])})")
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
