r"""How many of the nearest neighbors a graph holds."""

from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.search.nearest_neighbors import (TOLERANCE,
                                                       nearest_neighbors)
from pyg_batchsampler.search.rank_found import rank_found
from pyg_batchsampler.similarity.unit_rows import UnitRows


def measure_recall(
    graph: ProximityGraph,
    embedding: Tensor,
    *,
    num_queries: int = 1000,
    generator: Optional[torch.Generator] = None,
) -> float:
    r"""Returns the share of the nearest neighbors that a graph holds, by an
    exact search for some random instances.

    The :math:`K` neighbors of an instance are compared with its :math:`K`
    nearest others. A neighbor counts if it is as similar as the last of
    these, so that ties may be broken in any way. Instances without neighbors
    are left out.

    Args:
        graph (ProximityGraph): The graph, or
            :meth:`ProximityGraph.from_neighbors` of what a search returned.
        embedding (torch.Tensor): What it was built from, :math:`[N, D]`.
        num_queries (int, optional): Instances that are searched for, all if
            there are fewer. With 1000 of them the standard error is about
            one percentage point at most. (default: :obj:`1000`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Raises:
        ValueError: If the graph has no edges.

    .. note::
        A graph of :math:`M < N - 1` random candidates skips most of the
        nearest by design: its recall is :math:`M / (N - 1)` on average.

    Example:
        >>> embedding = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8]])
        >>> graph = ProximityGraph.from_neighbors(
        ...     torch.tensor([[1], [0], [1]]))  # 1 is nearer to 2 than to 0
        >>> round(measure_recall(graph, embedding), 4)
        0.6667
    """
    embedding = check_embedding(embedding, graph.num_instances)
    graph = graph.to(embedding.device)
    num_queries = check_integer('num_queries', num_queries, low=1)
    if graph.num_edges == 0:
        raise ValueError("'graph' must have edges to be measured (got none)")
    return recall_of(graph, UnitRows(embedding), num_queries, generator)


def recall_of(graph: ProximityGraph, x: UnitRows, num_queries: int = 1000,
              generator: Optional[torch.Generator] = None) -> float:
    r"""Measures the recall by rows of unit length, all arguments being
    checked."""
    asked = graph.rowptr.diff().nonzero().flatten()
    order = torch.randperm(asked.numel(), generator=generator)
    query = asked[order[:num_queries].to(asked.device)]
    begin = graph.rowptr[query].view(-1, 1)
    degree = graph.rowptr[query + 1].view(-1, 1) - begin
    place = torch.arange(int(degree.max()), device=x.device)
    is_edge = place < degree
    found = graph.col[(begin + place).clamp(max=graph.num_edges - 1)]
    found.masked_fill_(~is_edge, -1)

    size = degree.clamp(max=x.size(0) - 1)
    most = int(size.max())
    nearest = nearest_neighbors(x, query, most)[1]
    similarity = rank_found(x, query, found, most)[1]
    is_found = similarity >= nearest.gather(1, size - 1) - TOLERANCE
    is_asked = torch.arange(most, device=x.device) < size
    return float((is_found & is_asked).sum() / size.sum())
