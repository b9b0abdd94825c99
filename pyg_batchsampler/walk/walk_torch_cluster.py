r"""Walks with restarts by :meth:`torch_cluster.random_walk`."""

from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.seed import global_seed_from
from pyg_batchsampler.torch_cluster_ops import random_walk
from pyg_batchsampler.walk.walk_excursions import MAX_ELEMENTS, walk_excursions


def walk_torch_cluster(
    graph: ProximityGraph,
    start: Tensor,
    batch_size: int,
    restart_prob: float,
    max_steps: int,
    generator: Optional[torch.Generator],
) -> Tensor:
    r"""Takes the steps of all walks by the op; see
    :meth:`random_walk_with_restart`."""
    rows_at_a_time = max(1, MAX_ELEMENTS // (4 * batch_size))
    edges = Edges(graph)
    with global_seed_from(generator, like=start):
        return torch.cat([
            walk_excursions(edges, some, batch_size, restart_prob, max_steps)
            for some in start.split(rows_at_a_time)
        ])


class Edges:
    r"""The edges of a proximity graph, to walk on."""
    def __init__(self, graph: ProximityGraph):
        self.num_instances = graph.num_instances
        self.rowptr = graph.rowptr
        self.col = graph.col.long()  # the op takes no other type

    def step(self, instance: Tensor) -> Tensor:
        return random_walk(self.rowptr, self.col, instance,
                           1)[:, 1].contiguous()

    def can_grow(self, visited: Tensor) -> Tensor:
        out = torch.zeros(visited.size(0), dtype=torch.bool,
                          device=visited.device)
        for i, row in enumerate(visited):
            row = row[row >= 0]
            rowptr, degree = self.rowptr[row], self.rowptr.diff()[row]
            edge = torch.arange(int(degree.sum()), device=row.device)
            edge += torch.repeat_interleave(rowptr - degree.cumsum(0) + degree,
                                            degree)
            out[i] = bool((~torch.isin(self.col[edge], row)).any())
        return out
