r"""Where pieces of a tensor lie."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import run_in_threads


class NoPieces(Exception):
    r"""Pieces that are not there or cannot be put together here."""


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
    r"""Finds some of the pieces that end where the next one begins.

    Args:
        slices (np.ndarray): Where all pieces begin, and where the last one
            ends, ``np.int64``.
        index (np.ndarray): The pieces wanted, :math:`[B]`.
        size (int): Size of the tensor.

    Raises:
        NoPieces: If one of them is not there.

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
    r"""Returns the piece of every position, once they are put together.

    Args:
        ptr (np.ndarray): Where they begin, :math:`[B + 1]`.

    Example:
        >>> owners(np.array([0, 2, 2, 3]))
        tensor([0, 0, 2])
    """
    out = np.empty(ptr[-1], np.int64)
    run_in_threads(_number, len(ptr) - 1, len(out), ptr, out)
    return torch.from_numpy(out)


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


@kernel
def _number(begin: int, end: int, ptr: Any, out: Any) -> None:
    for b in range(begin, end):
        c = out[ptr[b]:ptr[b + 1]]
        for i in range(len(c)):
            c[i] = np.int64(b)
