r"""Puts pieces of a tensor together, by compiled loops over its bytes.

Together with those of :obj:`pieces.py`, they take half to two thirds of the
time of the same by NumPy and PyTorch (``index_select``) for small graphs, and
a quarter for big ones (``python -m benchmarks.loading``, "all attributes").
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import run_in_threads
from pyg_batchsampler.gather.pieces import NoPieces, Pieces

BYTES_PER_NANOSECOND = 4  # copied by one core


class _Layout(NamedTuple):
    r"""How a tensor lies in memory: as blocks of rows, one after another.

    Args:
        blocks (int): Number of blocks.
        block_step (int): Bytes from one block to the next.
        row_step (int): Bytes from one row to the next.
        row_size (int): Bytes of a row.
    """
    blocks: int
    block_step: int
    row_step: int
    row_size: int


def put_together(value: Tensor, dim: int, pieces: Pieces) -> Tensor:
    r"""Concatenates pieces of a tensor.

    Args:
        value (torch.Tensor): The tensor.
        dim (int): The dimension along which it is cut: 0, or -1.
        pieces (Pieces): Where the pieces lie.

    Raises:
        NoPieces: If rows of :obj:`value` are scattered in memory.

    Example:
        >>> import numpy as np
        >>> pieces = Pieces(np.array([2, 0]), np.array([0, 3, 5]))
        >>> put_together(torch.arange(5), 0, pieces)
        tensor([2, 3, 4, 0, 1])
    """
    layout = _layout(value, dim)
    shape = list(value.shape)
    shape[dim] = int(pieces.ptr[-1])
    out = torch.empty(shape, dtype=value.dtype)
    span = 0 if value.numel() == 0 else 1 + sum(
        step * (size - 1) for step, size in zip(value.stride(), value.shape))
    source = value.as_strided((span, ), (1, ))
    run_in_threads(_copy, len(pieces.start),
                   out.nbytes // BYTES_PER_NANOSECOND, *pieces,
                   source.view(torch.uint8).numpy(), *layout,
                   out.view(-1).view(torch.uint8).numpy())
    return out


def add_to_pieces(out: Tensor, ptr: Any, value: Any) -> None:
    r"""Adds one number to each piece, in place.

    Args:
        out (torch.Tensor): Pieces put together along the last dimension,
            ``torch.long``.
        ptr (np.ndarray): Where the pieces begin, :math:`[B + 1]`.
        value (np.ndarray): What is added to each, :math:`[B]`.

    Example:
        >>> import numpy as np
        >>> out = torch.tensor([[0, 0, 0], [1, 1, 1]])
        >>> add_to_pieces(out, np.array([0, 1, 3]), np.array([0, 5]))
        >>> out
        tensor([[0, 5, 5],
                [1, 6, 6]])
    """
    run_in_threads(_add, len(value), out.numel(), ptr, value,
                   out.view(-1).numpy())


def _layout(value: Tensor, dim: int) -> _Layout:
    unit, step = value.element_size(), value.stride()
    if dim == 0:
        row = value[:1]
        if row.is_contiguous():
            return _Layout(1, 0, step[0] * unit,
                           row.numel() // max(1, row.size(0)) * unit)
    elif value.dim() == 1:
        return _Layout(1, 0, step[0] * unit, unit)
    elif value.dim() == 2 or value.is_contiguous():
        blocks = value.numel() // max(1, value.size(-1))
        return _Layout(blocks, step[-2] * unit, step[-1] * unit, unit)
    raise NoPieces


@kernel
def _copy(begin: int, end: int, start: Any, ptr: Any, source: Any,
          blocks: int, block_step: int, row_step: int, row_size: int,
          out: Any) -> None:
    for block in range(blocks):
        for b in range(begin, end):
            num_rows, size = ptr[b + 1] - ptr[b], row_size
            if row_step == row_size:  # all rows at once
                num_rows, size = min(num_rows, 1), num_rows * row_size
            first = block * block_step + start[b] * row_step
            place = (block * ptr[-1] + ptr[b]) * row_size
            for _ in range(num_rows):
                a, c = source[first:first + size], out[place:place + size]
                # Such a loop is compiled to a copy of memory, unlike c[:] = a.
                for i in range(len(c)):
                    c[i] = a[i]
                first += row_step
                place += size


@kernel
def _add(begin: int, end: int, ptr: Any, value: Any, out: Any) -> None:
    for block in range(0, len(out), max(1, ptr[-1])):
        for b in range(begin, end):
            c = out[block + ptr[b]:block + ptr[b + 1]]
            for i in range(len(c)):
                c[i] += value[b]
