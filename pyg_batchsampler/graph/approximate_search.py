r"""Approximate searches of the nearest among all instances, made alike."""

from typing import Callable, Dict

import torch
from torch import Tensor

from pyg_batchsampler.graph.measure_recall import recall_of
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.search.faiss_search import (find_faiss_hnsw,
                                                  find_faiss_ivf)
from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors
from pyg_batchsampler.search.pynndescent_search import find_pynndescent
from pyg_batchsampler.search.rank_found import rank_found
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.warn_caller import warn_caller

# Takes rows of unit length on the CPU, [N, D], a number of neighbors K, the
# recall wanted and a seed. Returns what it found for each row, [N, L], with L
# about K + 1: instances in any order, the row itself among them, and -1 where
# it found fewer.
Find = Callable[[Tensor, int, float, int], Tensor]
APPROXIMATE: Dict[str, Find] = {
    'faiss_hnsw': find_faiss_hnsw,
    'faiss_ivf': find_faiss_ivf,
    'pynndescent': find_pynndescent,
}


def search_approximate(
    x: UnitRows,
    num_neighbors: int,
    backend: str,
    min_recall: float,
    seed: int,
) -> ProximityGraph:
    r"""Connects every instance to :math:`K` others, about the nearest, by a
    search that may miss some.

    The graph is like those of exact searches: nobody is connected to itself,
    and edges hold true cosine similarities. An instance for which fewer than
    :math:`K` others were found is searched for exactly. Warns if the recall,
    measured on some instances, is below :obj:`min_recall`.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        num_neighbors (int): :math:`K < N`.
        backend (str): A name in :obj:`APPROXIMATE`.
        min_recall (float): Share of the nearest neighbors to find, in
            :math:`[0, 1)`; nothing is measured if :obj:`0`.
        seed (int): Source of randomness.
    """
    found = APPROXIMATE[backend](x[:].cpu(), num_neighbors, min_recall, seed)
    everyone = torch.arange(x.size(0), device=x.device)
    neighbor, similarity = rank_found(x, everyone, found.to(x.device),
                                      num_neighbors)
    short = (similarity[:, -1] == -torch.inf).nonzero().flatten()
    if short.numel() > 0:
        neighbor[short], similarity[short] = nearest_neighbors(
            x, short, num_neighbors)
    graph = ProximityGraph.from_neighbors(neighbor.int(), similarity)
    if min_recall > 0:
        recall = recall_of(graph, x, generator=make_generator(seed, 1))
        if recall < min_recall:
            warn_caller(
                f"backend '{backend}' finds {100 * recall:.1f} % of the "
                f"nearest neighbors ('min_recall' is {min_recall:g}). Use "
                "backend='dense', which is exact, another approximate one, "
                "or lower 'min_recall'")
    return graph
