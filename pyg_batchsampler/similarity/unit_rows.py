r"""Rows of unit length, the common ground of all similarities."""

from typing import Any, Iterator

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import run_in_threads
from pyg_batchsampler.similarity.standardize import BLOCK_SIZE, Standardize


def unit_rows(embedding: Tensor, center: bool = False) -> Tensor:
    r"""Scales the rows of an embedding :math:`[N, D]` to unit length, as
    ``torch.float``; rows of zeros stay zero.

    Rows are divided by their largest entry first, so that no square of a very
    small or a very large value leaves the range of numbers: rescaling an
    embedding changes nothing.

    Args:
        embedding (torch.Tensor): Any rows, :math:`[N, D]`.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before, see :class:`Standardize`:
            where all rows point one way, what is left is how they differ.
            (default: :obj:`False`)

    Example:
        >>> unit_rows(torch.tensor([[3e-30, 4e-30], [0.0, 0.0]]))
        tensor([[0.6000, 0.8000],
                [0.0000, 0.0000]])
        >>> unit_rows(torch.tensor([[9.0, 5.0], [9.0, 6.0]]), center=True)
        tensor([[ 0., -1.],
                [ 0.,  1.]])
    """
    embedding = embedding.detach()
    standardize = Standardize(embedding) if center else None
    out = torch.empty(embedding.size(), dtype=torch.float,
                      device=embedding.device)
    for rows, x in zip(embedding.split(BLOCK_SIZE), out.split(BLOCK_SIZE)):
        rows = rows if rows.dtype == torch.double else rows.float()
        if standardize is not None:
            rows = standardize(rows)
        if x.is_cpu:
            run_in_threads(_scale, x.size(0), x.numel(), rows.numpy(),
                           x.numpy())
            continue
        largest = rows.abs().amax(dim=1, keepdim=True)
        x.copy_(rows / largest.masked_fill_(largest == 0, 1))
        norm = x.norm(dim=1, keepdim=True)
        x.div_(norm.masked_fill_(norm == 0, 1))
    return out


@kernel(fastmath={'nnan', 'nsz', 'reassoc'})
def _scale(begin: int, end: int, embedding: Any, out: Any) -> None:
    r"""The same in one pass over memory: to join the views of a mini-batch
    takes 1.9 times as long with PyTorch's ops, and far longer if the cores
    have other work (``python -m benchmarks.home_made``)."""
    for i in range(begin, end):
        row, unit = embedding[i], out[i]
        largest = np.abs(row[0])
        for d in range(len(row)):
            largest = max(largest, np.abs(row[d]))
        if largest == 0:
            unit[:] = 0
            continue
        total = np.float32(0)
        for d in range(len(row)):
            unit[d] = row[d] / largest
            total += unit[d] * unit[d]
        norm = np.sqrt(total)
        for d in range(len(row)):
            unit[d] /= norm


class UnitRows:
    r"""The rows of an embedding at unit length, ``torch.float``.

    An embedding of ``torch.half`` stays where it is, *e.g.*, in a
    :class:`numpy.memmap`: its rows are scaled whenever they are read. Any
    other embedding is scaled and copied at once.

    Args:
        embedding (torch.Tensor): Any rows, :math:`[N, D]`.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before, see :func:`unit_rows`.
            (default: :obj:`False`)

    Example:
        >>> x = UnitRows(torch.tensor([[3.0, 4.0], [0.0, 2.0]]).half())
        >>> x[torch.tensor([1, 0])]
        tensor([[0.0000, 1.0000],
                [0.6000, 0.8000]])
    """
    def __init__(self, embedding: Tensor, center: bool = False):
        self.is_half = embedding.dtype == torch.half
        if not self.is_half:
            self._stored = unit_rows(embedding, center)
            return
        self._stored = embedding
        self._standardize = Standardize(embedding) if center else Tensor.float
        self._scale = torch.empty(embedding.size(0), 1, dtype=torch.float,
                                  device=embedding.device)
        for rows, scale in zip(embedding.split(BLOCK_SIZE),
                               self._scale.split(BLOCK_SIZE)):
            # No square of a number in half precision is out of range.
            norm = self._standardize(rows).norm(dim=1, keepdim=True)
            torch.reciprocal(norm.masked_fill_(norm == 0, 1), out=scale)

    @property
    def device(self) -> torch.device:
        return self._stored.device

    def size(self, dim: int) -> int:
        return self._stored.size(dim)

    def __getitem__(self, index: Any) -> Tensor:
        r"""Reads the rows of a slice or of a vector of indices."""
        rows = _rows(self._stored, index)
        if not self.is_half:
            return rows
        return self._standardize(rows).mul_(_rows(self._scale, index))

    def blocks(self) -> Iterator[Tensor]:
        r"""Reads all rows, some at a time."""
        for i in range(0, self.size(0), BLOCK_SIZE):
            yield self[i:i + BLOCK_SIZE]


def _rows(x: Tensor, index: Any) -> Tensor:
    return x[index] if isinstance(index, slice) else x.index_select(0, index)
