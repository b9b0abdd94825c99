r"""Neighbors by :meth:`torch_cluster.knn`, the reference."""

from typing import Tuple

import torch
from torch import Tensor

from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.search.dense import search_dense
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.torch_cluster_ops import knn

MAX_NEIGHBORS_CUDA = 100  # the op finds no more there: 'dense' takes over
MAX_ELEMENTS = 2**24  # coordinates gathered at a time, 64 MiB


def search_torch_cluster(
    x: UnitRows,
    blocks: CandidateBlocks,
    num_neighbors: int,
) -> Tuple[Tensor, Tensor]:
    r"""Returns the :math:`K` most similar candidates of every anchor by
    :meth:`torch_cluster.knn`, the op behind :meth:`torch_cluster.knn_graph`.

    Takes and returns what :meth:`search_dense` does. The op compares Euclidean
    distances, as it knows cosines on GPUs only; of unit vectors, the nearest
    are the most similar ones.
    """
    device, width = x.device, blocks.candidate.size(1)
    k = num_neighbors + 1  # the skipped candidate may be among the nearest
    if device.type == 'cuda' and k > MAX_NEIGHBORS_CUDA:
        return search_dense(x, blocks, num_neighbors)
    anchor, candidate, skipped, row = (
        index.to(device) for index in
        (blocks.anchor, blocks.candidate, blocks.skipped, blocks.row))
    neighbor = torch.empty(anchor.numel(), num_neighbors, dtype=torch.int,
                           device=device)
    similarity = torch.empty(anchor.numel(), num_neighbors, dtype=torch.float,
                             device=device)

    size, num_blocks = blocks.block_size, candidate.size(0)
    step = max(1, MAX_ELEMENTS // ((width + size) * (x.size(1) + 1)))
    for i in range(0, num_blocks, step):
        some = candidate[i:i + step]
        rows = slice(i * size, (i + some.size(0)) * size)
        other = _with_zeros_apart(x[some.flatten()])
        own = _with_zeros_apart(x[anchor[rows]])
        index = torch.arange(other.size(0), device=device) // width
        query = torch.arange(own.size(0), device=device) // size
        found = knn(other, own, k, index, query)[1]
        # The op returns exactly k per query as long as no set is smaller.
        found = found.view(-1, k)
        left_out = (query * width + skipped[rows]).view(-1, 1)
        score = torch.bmm(other[found, :-1], own[:, :-1, None]).squeeze(-1)
        score.masked_fill_(found == left_out, -torch.inf)
        value, order = score.topk(num_neighbors)
        neighbor[row[rows]] = some.flatten()[found.gather(1, order)]
        similarity[row[rows]] = value
    return neighbor, similarity


def _with_zeros_apart(rows: Tensor) -> Tensor:
    r"""Appends a dimension that is one for rows of zeros. They have similarity
    0 to all, hence must be at distance :math:`\sqrt{2}`."""
    is_zero = (rows == 0).all(dim=1, keepdim=True)
    return torch.cat([rows, is_zero.to(rows.dtype)], dim=1)
