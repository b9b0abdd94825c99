from typing import Optional

import torch
from torch import Tensor


def check_features(x: Optional[Tensor], in_channels: int,
                   dtype: torch.dtype) -> Tensor:
    r"""Returns node features if they are a floating-point matrix
    :math:`[V, F]` that weights of type :obj:`dtype` can be applied to.

    Example:
        >>> check_features(None, 3, torch.float)
        Traceback (most recent call last):
        ...
        ValueError: 'x' must hold node features (got None). Add some, e.g.,
        with torch_geometric.transforms.Constant()
    """
    if x is None:
        raise ValueError("'x' must hold node features (got None). Add some, "
                         "e.g., with torch_geometric.transforms.Constant()")
    if x.dim() != 2 or x.size(1) != in_channels:
        raise ValueError(f"'x' must be [num_nodes, {in_channels}] "
                         f"(got {list(x.shape)})")
    if not x.is_floating_point():
        raise TypeError("'x' must hold floating-point numbers "
                        f"(got {x.dtype}). Convert it with .float()")
    if dtype in (torch.float16, torch.bfloat16):
        raise TypeError(f"weights must be torch.float (got {dtype}). Train "
                        "with torch.autocast instead")
    if torch.float64 in (x.dtype, dtype) and x.dtype != dtype:
        raise TypeError(f"'x' must be {dtype}, as weights are "
                        f"(got {x.dtype}). Convert it or the model")
    return x
