r"""Neighbors by blocked matrix products: exact, and fast in any dimension."""

from typing import Tuple

import torch
from torch import Tensor

from pyg_batchsampler.graph.candidates import CandidateBlocks

MAX_ELEMENTS = 2**21  # similarities held at a time, 8 MiB
MIN_ROWS = 16  # of a matrix product worth its own call


def search_dense(
    embedding: Tensor,
    blocks: CandidateBlocks,
    num_neighbors: int,
) -> Tuple[Tensor, Tensor]:
    r"""Returns the :math:`K` most similar candidates of every instance.

    Args:
        embedding (torch.Tensor): Rows of unit length, :math:`[N, D]`.
        blocks (CandidateBlocks): The candidates, :math:`M` per instance.
        num_neighbors (int): :math:`K \leq M`.

    Returns:
        Neighbors and their cosine similarity, both :math:`[N, K]`, in
        descending similarity.
    """
    num_instances, width = embedding.size(0), blocks.candidate.size(1)
    device = embedding.device
    anchor, candidate, skipped = (
        x.to(device)
        for x in (blocks.anchor, blocks.candidate, blocks.skipped))
    neighbor = torch.empty(num_instances, num_neighbors, dtype=torch.long,
                           device=device)
    similarity = torch.empty(num_instances, num_neighbors, device=device)

    max_rows = max(1, MAX_ELEMENTS // width)
    if candidate.size(0) == 1:  # all against all: no gathering
        for rows in torch.arange(num_instances, device=device).split(max_rows):
            score = embedding[rows] @ embedding.t()
            score.scatter_(1, rows.view(-1, 1), -torch.inf)
            similarity[rows], neighbor[rows] = score.topk(num_neighbors)
        return neighbor, similarity

    # Several blocks at a time where they are small. The last one is filled up
    # with anchors whose results are dropped.
    size, num_blocks = blocks.block_size, candidate.size(0)
    num_filled = num_blocks * size - num_instances
    anchor = torch.cat([anchor, anchor[:num_filled]])
    skipped = torch.cat([skipped, skipped[:num_filled]])
    step = 1 if size >= MIN_ROWS else max(1, max_rows // size)
    for i in range(0, num_blocks, step):
        some = candidate[i:i + step]
        rows = slice(i * size, (i + some.size(0)) * size)
        x = embedding.index_select(0, anchor[rows])
        y = embedding.index_select(0, some.flatten())
        if step == 1:
            score = x @ y.t()
        else:  # a batched product is slower, but for very small ones
            score = torch.bmm(x.view(-1, size, x.size(1)),
                              y.view(-1, width, y.size(1)).transpose(1, 2))
            score = score.view(-1, width)
        score.scatter_(1, skipped[rows].view(-1, 1), -torch.inf)
        value, index = score.topk(num_neighbors)
        index = some.gather(1, index.view(some.size(0), -1))
        kept = anchor[rows][:num_instances - i * size]
        neighbor[kept] = index.view(-1, num_neighbors)[:kept.numel()]
        similarity[kept] = value[:kept.numel()]
    return neighbor, similarity
