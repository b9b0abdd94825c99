r"""Neighbors by blocked matrix products: exact, and fast in any dimension."""

from typing import Any, Callable, Sequence, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.compiled.run_in_threads import for_each_in_threads
from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.search.top_candidates import top_candidates
from pyg_batchsampler.similarity.unit_rows import UnitRows

# How many similarities a thread computes at a time: 1 MiB, which stays in the
# cache of a core until the best are selected.
MAX_ELEMENTS = 2**18
# How many numbers a GPU holds at a time, similarities and the rows of
# candidates together: 512 MiB, as only large calls keep it busy.
MAX_ELEMENTS_DEVICE = 2**27
# About what it takes to look at a similarity when the best are selected.
NANOSECONDS = 4
# On a CPU, each block of at least so many anchors gets a matrix product of its
# own; smaller blocks are multiplied together, in a batched one.
MIN_ROWS = 16
# Where all are candidates of all, every product reads all rows. It should not
# do so for fewer anchors.
MIN_ROWS_OF_ALL = 64


def search_dense(
    x: UnitRows,
    blocks: CandidateBlocks,
    num_neighbors: int,
) -> Tuple[Tensor, Tensor]:
    r"""Returns the :math:`K` most similar candidates of every anchor.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        blocks (CandidateBlocks): The candidates, :math:`M` per instance.
        num_neighbors (int): :math:`K \leq M`.

    Returns:
        Neighbors, ``torch.int``, and their cosine similarity, both
        :math:`[A, K]`, in descending similarity.
    """
    num_anchors, width = blocks.anchor.numel(), blocks.candidate.size(1)
    device = x.device
    anchor, candidate, skipped, row = (
        index.to(device) for index in
        (blocks.anchor, blocks.candidate, blocks.skipped, blocks.row))
    neighbor = torch.empty(num_anchors, num_neighbors, dtype=torch.int,
                           device=device)
    similarity = torch.empty(num_anchors, num_neighbors, dtype=torch.float,
                             device=device)
    is_cpu, size = device.type == 'cpu', blocks.block_size
    if is_cpu:
        max_rows = max(1, MAX_ELEMENTS // width)
        step = max(1, max_rows // size)  # blocks at a time
    else:
        max_rows = max(1, MAX_ELEMENTS_DEVICE // width)
        step = max(1, max_rows // (size + x.size(1)))

    def all_against_all(rows: Tensor) -> None:  # candidates as they lie
        top_candidates(everyone[rows] @ everyone.t(), rows, rows, candidate,
                       num_anchors, neighbor, similarity)

    def blocks_from(i: int) -> None:
        some = candidate[i:i + step]
        rows = slice(i * size, (i + some.size(0)) * size)
        score = _product(x, anchor[rows], some, size)
        top_candidates(score, skipped[rows], row[rows], some, size,
                       neighbor, similarity)

    run: Callable[[Any], None] = blocks_from
    items: Sequence[Any] = range(0, candidate.size(0), step)
    if width == x.size(0):
        everyone = x[:]
        run = all_against_all
        items = anchor.split(max(max_rows, MIN_ROWS_OF_ALL))
    if is_cpu:
        work = num_anchors * width * (NANOSECONDS + x.size(1) // 32)
        for_each_in_threads(run, items, work, 'proximity graph')
    else:
        for item in items:
            run(item)
    return neighbor, similarity


def _product(x: UnitRows, anchor: Tensor, candidate: Tensor,
             size: int) -> Tensor:
    r"""Multiplies each block of anchors with its candidates."""
    num_blocks, width = candidate.size()
    if size >= MIN_ROWS and x.device.type == 'cpu':
        out = torch.empty(anchor.numel(), width, dtype=torch.float,
                          device=x.device)
        for i, rows in enumerate(anchor.split(size)):
            torch.mm(x[rows], x[candidate[i]].t(),
                     out=out[i * size:i * size + rows.numel()])
        return out
    # The last block is filled up with any anchor; what that gives is cut off.
    num_filled = num_blocks * size - anchor.numel()
    filled = torch.cat([anchor, anchor[:1].expand(num_filled)])
    score = torch.bmm(
        x[filled].view(num_blocks, size, -1),
        x[candidate.flatten()].view(num_blocks, width, -1).transpose(1, 2))
    return score.view(-1, width)[:anchor.numel()]
