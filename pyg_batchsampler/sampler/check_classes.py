from typing import Any

from torch import Tensor


def check_classes(label: Any) -> Tensor:
    r"""Returns labels on the CPU if they are one class per instance, integers
    of the shape :math:`[N]`.

    Example:
        >>> import torch
        >>> check_classes(torch.tensor([0, 1, 1]))
        tensor([0, 1, 1])
    """
    if (not isinstance(label, Tensor) or label.dim() != 1
            or label.is_floating_point()):
        found = (f'{list(label.shape)} of {label.dtype}'
                 if isinstance(label, Tensor) else type(label).__name__)
        raise ValueError("'label' must hold one class per instance, integers "
                         f"of the shape [N] (got {found})")
    return label.cpu()
