r"""Where pieces of a tensor lie.

They are found and checked in one compiled loop: damaged slices must never make
the loops that copy read beyond a tensor. How much faster all compiled loops of
this folder are than the same by NumPy and PyTorch is said in
:obj:`put_together.py`.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel


class NoPieces(Exception):
    r"""Says that graphs cannot be gathered, and are to be collated."""


class Pieces(NamedTuple):
    r"""Pieces of a tensor along one dimension.

    Args:
        start (np.ndarray): Where they begin in the tensor, :math:`[B]`.
        ptr (np.ndarray): Where they begin when put together,
            :math:`[B + 1]`.
    """
    start: Any
    ptr: Any


def find_pieces(slices: Any, index: Any, size: int) -> Pieces:
    r"""Returns where some pieces lie, of a tensor that is cut into pieces
    from its beginning to its end.

    Args:
        slices (np.ndarray): Where each piece begins, and where the last one
            ends, ``np.int64``.
        index (np.ndarray): Which pieces are wanted, :math:`[B]`.
        size (int): Size of the tensor in the dimension that is cut.

    Raises:
        NoPieces: If there is no such piece, or it lies outside the tensor.

    Example:
        >>> find_pieces(np.array([0, 2, 5]), np.array([1, 0]), 5)
        Pieces(start=array([2, 0]), ptr=array([0, 3, 5]))
    """
    start = np.empty(len(index), np.int64)
    ptr = np.empty(len(index) + 1, np.int64)
    if not _find(slices, index, size, start, ptr):
        raise NoPieces
    return Pieces(start, ptr)


def owners(ptr: Any) -> Tensor:
    r"""Returns which piece each row comes from, once pieces are put
    together.

    Args:
        ptr (np.ndarray): Where the pieces begin, :math:`[B + 1]`.

    Example:
        >>> owners(np.array([0, 2, 2, 3]))
        tensor([0, 0, 2])
    """
    return torch.from_numpy(np.repeat(np.arange(len(ptr) - 1), np.diff(ptr)))


@kernel
def _find(slices: Any, index: Any, size: int, start: Any, ptr: Any) -> bool:
    ptr[0] = 0
    for b in range(len(index)):
        if index[b] < 0 or index[b] >= len(slices) - 1:
            return False
        first, last = slices[index[b]], slices[index[b] + 1]
        if first < 0 or first > last or last > size:
            return False
        start[b], ptr[b + 1] = first, ptr[b] + last - first
    return True
