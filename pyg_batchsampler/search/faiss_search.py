r"""The only place that calls :obj:`faiss`."""

from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable, Iterator, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.search.nearest_neighbors import (TOLERANCE,
                                                       nearest_neighbors)
from pyg_batchsampler.search.rank_found import rank_found
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.unit_rows import UnitRows

NUM_TRIALS = 500  # instances on which the recall of an effort is measured
NUM_ITERATIONS = 10  # of the clustering; more hardly improve it
MAX_EFFORT = 4096
# Trials may be lucky: they must miss fewer neighbors than is allowed, by this
# share.
MARGIN = 0.2
NUM_LINKS = 32  # per instance, in the graph of HNSW
ROWS = 2**16  # instances searched for at a time


def search_faiss_flat(
    x: UnitRows,
    blocks: CandidateBlocks,
    num_neighbors: int,
) -> Tuple[Tensor, Tensor]:
    r"""Returns the :math:`K` most similar candidates of every anchor by
    :meth:`faiss.knn`, the exact search behind :class:`faiss.IndexFlatIP`.

    Takes and returns what :meth:`search_dense` does.
    """
    import faiss
    size, num_anchors = blocks.block_size, blocks.anchor.numel()
    neighbor = torch.empty(num_anchors, num_neighbors, dtype=torch.int)
    similarity = torch.empty(num_anchors, num_neighbors, dtype=torch.float)
    with _threads():
        for i, candidate in enumerate(blocks.candidate):
            other = x[candidate.to(x.device)].cpu().numpy()
            block = torch.arange(i * size, min((i + 1) * size, num_anchors))
            for rows in block.split(ROWS):
                own = x[blocks.anchor[rows].to(x.device)].cpu().numpy()
                # The skipped candidate may be among the nearest.
                value, index = (torch.from_numpy(out) for out in faiss.knn(
                    own, other, num_neighbors + 1,
                    metric=faiss.METRIC_INNER_PRODUCT))
                value.masked_fill_(
                    index == blocks.skipped[rows].view(-1, 1), -torch.inf)
                value, order = value.topk(num_neighbors)
                neighbor[blocks.row[rows]] = candidate[index.gather(1, order)]
                similarity[blocks.row[rows]] = value
    return neighbor.to(x.device), similarity.to(x.device)


def find_faiss_ivf(x: Tensor, num_neighbors: int, recall: float,
                   seed: int) -> Tensor:
    r"""Finds about the nearest among the instances in the closest cells of a
    clustering. Looks into as few cells as reach the recall.

    Takes and returns what :obj:`APPROXIMATE` describes.
    """
    import faiss
    num_instances, dim = x.size()
    num_cells = max(1, round(num_instances**0.5))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, num_cells,
                               faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = seed % 2**31
    index.cp.niter = NUM_ITERATIONS
    index.cp.spherical = True
    index.cp.min_points_per_centroid = 1  # or faiss prints a warning
    with _threads():
        index.train(x.numpy())
        index.add(x.numpy())

        def set_effort(effort: int) -> None:
            index.nprobe = min(effort, num_cells)

        return _search(index, set_effort, 1, num_cells, x, num_neighbors,
                       recall, seed)


def find_faiss_hnsw(x: Tensor, num_neighbors: int, recall: float,
                    seed: int) -> Tensor:
    r"""Finds about the nearest by walks through layers of neighbors, as in
    the `"Efficient and Robust Approximate Nearest Neighbor Search Using
    Hierarchical Navigable Small World Graphs"
    <https://arxiv.org/abs/1603.09320>`_ paper. Its searches are as broad as
    it takes to reach the recall.

    Takes and returns what :obj:`APPROXIMATE` describes.
    """
    faiss: Any = import_module('faiss')  # its types miss some names
    index = faiss.IndexHNSWFlat(x.size(1), NUM_LINKS,
                                faiss.METRIC_INNER_PRODUCT)
    index.hnsw.rng = faiss.RandomGenerator(seed % 2**31)
    # In older releases, the result of several threads depends on their order.
    is_fixed = hasattr(index.hnsw, 'merge_reverse_links_deterministic')
    with _threads(0 if is_fixed else 1):
        index.add(x.numpy())

    def set_effort(effort: int) -> None:
        index.hnsw.efSearch = effort

    with _threads():
        return _search(index, set_effort, num_neighbors + 1,
                       max(MAX_EFFORT, num_neighbors + 1), x, num_neighbors,
                       recall, seed)


def _search(index: Any, set_effort: Callable[[int], None], effort: int,
            most: int, x: Tensor, num_neighbors: int, recall: float,
            seed: int) -> Tensor:
    r"""Searches for all instances with the least effort (up to a quarter more)
    that reaches the recall on some of them."""
    def find(rows: Tensor) -> Tensor:
        return torch.from_numpy(index.search(rows.numpy(),
                                             num_neighbors + 1)[1])

    if recall > 0:
        aim = 1 - (1 - MARGIN) * (1 - recall)
        query = torch.randperm(x.size(0), generator=make_generator(seed))
        query = query[:NUM_TRIALS]
        last = nearest_neighbors(x, query, num_neighbors)[1][:, -1:]

        def is_enough(effort: int) -> bool:
            set_effort(effort)
            similarity = rank_found(x, query, find(x[query]),
                                    num_neighbors)[1]
            is_found = similarity >= last - TOLERANCE
            return bool(is_found.float().mean() >= aim)

        low = effort
        while effort < most and not is_enough(effort):
            low, effort = effort, min(2 * effort, most)
        while effort - low > max(1, low // 4):
            middle = (low + effort) // 2
            if is_enough(middle):
                effort = middle
            else:
                low = middle
    set_effort(effort)
    return torch.cat([find(rows) for rows in x.split(ROWS)])


@contextmanager
def _threads(num_threads: int = 0) -> Iterator[None]:
    r"""Gives faiss that many threads, or as many as PyTorch has."""
    import faiss
    before = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(num_threads or torch.get_num_threads())
        yield
    finally:
        faiss.omp_set_num_threads(before)
