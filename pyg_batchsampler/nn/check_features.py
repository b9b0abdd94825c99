from typing import Optional

from torch import Tensor


def check_features(x: Optional[Tensor], in_channels: int) -> Tensor:
    r"""Returns node features if they are a floating-point matrix
    :math:`[V, F]`.

    Example:
        >>> check_features(None, 3)
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
    return x
