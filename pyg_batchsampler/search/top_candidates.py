r"""The most similar candidates out of a matrix of similarities."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel

NUM_BINS = 512
LARGE_BIN = 64  # with more in a bin, insertion sort would be slow


def top_candidates(score: Tensor, skipped: Tensor, row: Tensor,
                   candidate: Tensor, block_size: int, neighbor: Tensor,
                   similarity: Tensor) -> None:
    r"""Writes the :math:`K` best candidates of some anchors into the rows
    :obj:`row` of :obj:`neighbor` and :obj:`similarity`, both
    :math:`[A, K]`, in descending similarity.

    On a CPU, a proximity graph of 1,000 candidates takes 2.4 times as long
    with :meth:`torch.topk` (``python -m benchmarks.home_made``).

    Args:
        score (torch.Tensor): Similarity of anchors and candidates,
            :math:`[R, W]`. Overwritten.
        skipped (torch.Tensor): The column that an anchor skips,
            :math:`[R]`.
        row (torch.Tensor): Where to write them, :math:`[R]`.
        candidate (torch.Tensor): Candidates of each block of anchors,
            :math:`[T, W]`.
        block_size (int): Anchors per block; the last one may have fewer.
        neighbor (torch.Tensor): Output, ``torch.int``.
        similarity (torch.Tensor): Output.
    """
    if score.device.type == 'cpu':
        tensors = score, skipped, row, candidate, neighbor, similarity
        _top_rows(block_size, *(x.numpy() for x in tensors))
        return
    score.scatter_(1, skipped.view(-1, 1).long(), -torch.inf)
    value, index = score.topk(neighbor.size(1))
    block = torch.arange(row.numel(), device=row.device) // block_size
    neighbor[row] = candidate[block.view(-1, 1), index]
    similarity[row] = value


@kernel(fastmath={'nnan', 'nsz'})
def _top_rows(block_size: int, score: Any, skipped: Any, row: Any,
              candidate: Any, neighbor: Any, similarity: Any) -> None:
    # The range of scores is divided into bins, the first for the largest ones.
    # Scores are counted by bin, which tells how many bins hold the K largest,
    # and where each of these begins in the order wanted. Their scores are put
    # there, so that all that is left to sort is the order within bins.
    width, k = score.shape[1], neighbor.shape[1]
    bin_of = np.empty(width, np.int16)
    place = np.empty(NUM_BINS + 2, np.int32)
    value, index = np.empty(width, np.float32), np.empty(width, np.int32)
    for r in range(len(score)):
        values = score[r]
        # The skipped score must not widen the range.
        values[skipped[r]] = values[0 if skipped[r] > 0 else 1]
        low, high = _range(values)
        scale = np.float32(NUM_BINS - 1) / max(high - low, np.float32(1e-30))
        for j in range(width):
            bin_of[j] = np.int16((high - values[j]) * scale)
        bin_of[skipped[r]] = NUM_BINS

        place[:] = 0
        for j in range(width):
            place[bin_of[j] + 1] += 1
        last, num_found, largest = -1, 0, 0
        while num_found < k:
            last += 1
            largest = max(largest, place[last + 1])
            num_found += place[last + 1]
            place[last + 1] = num_found
        for j in range(width):
            b = bin_of[j]
            if b <= last:
                value[place[b]], index[place[b]] = values[j], j
                place[b] += 1
        gap = 1 if largest <= LARGE_BIN else num_found
        _sort(value, index, num_found, gap)

        a, t = row[r], r // block_size
        for i in range(k):
            neighbor[a, i] = candidate[t, index[i]]
            similarity[a, i] = value[i]


@kernel
def _range(row: Any) -> Any:
    r"""Returns the smallest and the largest value. Bits are compared, as
    integers that rise with the numbers: compilers then take many at a
    time."""
    bits = row.view(np.int32)
    low, high = np.int32(2**31 - 1), np.int32(-2**31)
    for j in range(len(bits)):
        key = bits[j] ^ ((bits[j] >> np.int32(31)) & np.int32(2**31 - 1))
        low, high = min(low, key), max(high, key)
    low ^= (low >> np.int32(31)) & np.int32(2**31 - 1)
    high ^= (high >> np.int32(31)) & np.int32(2**31 - 1)
    return np.int32(low).view(np.float32), np.int32(high).view(np.float32)


@kernel
def _sort(value: Any, index: Any, size: int, gap: int) -> None:
    r"""Sorts in descending order by Shell's method (Communications of the
    ACM, 1959), from a gap on. A gap of 1 is insertion sort, which is fast
    where values are almost in order."""
    while gap > 0:
        for i in range(gap, size):
            v, j, p = value[i], index[i], i
            while p >= gap and value[p - gap] < v:
                value[p], index[p] = value[p - gap], index[p - gap]
                p -= gap
            value[p], index[p] = v, j
        gap = gap * 4 // 9 if gap > 2 else gap // 2
