r"""The most similar candidates out of a matrix of similarities."""

from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from pyg_batchsampler.graph.run_in_threads import run_in_threads

NUM_BINS = 512
LARGE_BIN = 64  # beyond, insertion is no way to sort it


def top_candidates(score: Tensor, skipped: Tensor, anchor: Tensor,
                   candidate: Tensor, block_size: int, neighbor: Tensor,
                   similarity: Tensor) -> None:
    r"""Writes the :math:`K` best candidates of some anchors into the rows
    :obj:`anchor` of :obj:`neighbor` and :obj:`similarity`, both
    :math:`[N, K]`, in descending similarity.

    Args:
        score (torch.Tensor): Similarity of anchors and candidates,
            :math:`[R, W]`. Overwritten.
        skipped (torch.Tensor): The column that an anchor skips,
            :math:`[R]`.
        anchor (torch.Tensor): The anchors, :math:`[R]`.
        candidate (torch.Tensor): Candidates of each block of anchors,
            :math:`[T, W]`.
        block_size (int): Anchors per block; the last one may have fewer.
        neighbor (torch.Tensor): Output, ``torch.long``.
        similarity (torch.Tensor): Output.
    """
    if score.device.type == 'cpu':
        tensors = score, skipped, anchor, candidate, neighbor, similarity
        run_in_threads(_top_rows, score.size(0), 4 * score.numel(), block_size,
                       *(x.numpy() for x in tensors))
        return
    score.scatter_(1, skipped.view(-1, 1), -torch.inf)
    value, index = score.topk(neighbor.size(1))
    block = torch.arange(anchor.numel(), device=anchor.device) // block_size
    neighbor[anchor] = candidate[block.view(-1, 1), index]
    similarity[anchor] = value


@njit(nogil=True, cache=True, fastmath={'nnan', 'nsz'})
def _top_rows(begin: int, end: int, block_size: int, score: Any, skipped: Any,
              anchor: Any, candidate: Any, neighbor: Any,
              similarity: Any) -> None:
    # Scores are counted in bins between the largest and the smallest one,
    # those in the bins of the K largest are put there, and what is left of
    # the order is restored within bins.
    width, k = score.shape[1], neighbor.shape[1]
    bin_of = np.empty(width, np.int16)
    value = np.empty(width, np.float32)
    column = np.empty(width, np.int32)
    place = np.empty(NUM_BINS + 2, np.int32)
    for r in range(begin, end):
        row = score[r]
        low = high = row[0]
        for j in range(width):
            low, high = min(low, row[j]), max(high, row[j])
        scale = np.float32(NUM_BINS - 1) / max(high - low, np.float32(1e-30))
        for j in range(width):
            bin_of[j] = np.int16((high - row[j]) * scale)
        bin_of[skipped[r]] = NUM_BINS

        place[:] = 0
        for j in range(width):
            place[bin_of[j] + 1] += 1
        last, num_found, largest = -1, 0, 0
        while num_found < k:
            last += 1
            count = place[last + 1]
            num_found, largest = num_found + count, max(largest, count)
            place[last + 1] = num_found
        for j in range(width):
            if bin_of[j] <= last:
                i = place[bin_of[j]]
                place[bin_of[j]] = i + 1
                value[i], column[i] = row[j], j

        if largest > LARGE_BIN:
            order = np.argsort(-value[:num_found], kind='mergesort')
            value[:num_found] = value[:num_found][order]
            column[:num_found] = column[:num_found][order]
        else:
            for i in range(1, num_found):
                v, c = value[i], column[i]
                while i > 0 and value[i - 1] < v:
                    value[i], column[i] = value[i - 1], column[i - 1]
                    i -= 1
                value[i], column[i] = v, c
        for i in range(k):
            neighbor[anchor[r], i] = candidate[r // block_size, column[i]]
            similarity[anchor[r], i] = value[i]
