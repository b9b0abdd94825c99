from torch import Tensor


def sort_keys(key: Tensor) -> Tensor:
    r"""Sorts integers along the last dimension, in place on the CPU, where
    NumPy's vectorised sort is many times faster than that of PyTorch.

    Example:
        >>> sort_keys(torch.tensor([[3, 1, 2]]))
        tensor([[1, 2, 3]])
    """
    if key.device.type != 'cpu':
        return key.sort(dim=-1).values
    key.numpy().sort(axis=-1)
    return key
