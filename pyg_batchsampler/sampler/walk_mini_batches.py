r"""Mini-batches that walks visit."""

from typing import NamedTuple, Optional

import torch
from torch import Tensor

from pyg_batchsampler.graph.build_proximity_graph import GraphSize, connect
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.walk.first_visits import first_visits
from pyg_batchsampler.walk.growing_graph import walk_growing
from pyg_batchsampler.walk.random_walk_with_restart import \
    random_walk_with_restart

# Walks that may see a quarter of the graph get the whole of it, which is
# cheaper per row.
VISITS_PER_INSTANCE = 4


class Walked(NamedTuple):
    r"""What walks have visited.

    Args:
        batches (torch.Tensor): Distinct instances, :math:`[S, \min(B, N)]`.
        graph (ProximityGraph, optional): The whole graph, if there was one.
        completed_ratio (float): Share of instances that walks did not find,
            and that were drawn uniformly.
    """
    batches: Tensor
    graph: Optional[ProximityGraph]
    completed_ratio: float


def walk_mini_batches(
    x: UnitRows,
    start: Tensor,
    batch_size: int,
    walk_size: Optional[int],
    graph_size: GraphSize,
    restart_prob: float,
    max_steps: Optional[int],
    backend: str,
    min_recall: float,
    generator: torch.Generator,
) -> Walked:
    r"""Builds a proximity graph and walks on it, once for each mini-batch or
    several times for its parts.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        start (torch.Tensor): Where the first walk of each mini-batch begins,
            :math:`[S]`; further ones begin anywhere.
        batch_size (int): :math:`B`.
        walk_size (int, optional): Distinct instances per walk, :math:`B` if
            :obj:`None`.
        graph_size (GraphSize): :math:`M` and :math:`K`.
        restart_prob (float): See :meth:`random_walk_with_restart`.
        max_steps (int, optional): See :meth:`random_walk_with_restart`.
        backend (str): See :meth:`build_proximity_graph`.
        min_recall (float): See :meth:`build_proximity_graph`.
        generator (torch.Generator): Source of randomness.
    """
    num_instances = x.size(0)
    if num_instances == 1:
        return Walked(torch.zeros(start.numel(), 1, dtype=torch.long), None,
                      0.0)
    size = min(batch_size, num_instances)
    walk_size = min(walk_size or size, size)
    num_walks = -(-size // walk_size)
    if num_walks > 1:
        others = torch.randint(num_instances, (start.numel(), num_walks - 1),
                               generator=generator)
        start = torch.cat([start.view(-1, 1), others], dim=1).flatten()
    graph: Optional[ProximityGraph] = None
    if (VISITS_PER_INSTANCE * start.numel() * walk_size < num_instances
            and 2 * graph_size.num_candidates <= num_instances):
        batch = walk_growing(x, graph_size, backend, start, walk_size,
                             restart_prob, max_steps, generator)
    else:
        graph = connect(x, graph_size, backend, min_recall, generator)
        batch = random_walk_with_restart(graph, start, walk_size,
                                         restart_prob, max_steps=max_steps,
                                         generator=generator)
    if num_walks > 1:
        # What two walks visit counts once.
        batch = first_visits(batch.view(-1, num_walks * walk_size), size)[0]
    completed_ratio = float((batch < 0).float().mean())
    return Walked(_completed(batch, num_instances, generator), graph,
                  completed_ratio)


def _completed(batch: Tensor, num_instances: int,
               generator: torch.Generator) -> Tensor:
    r"""Puts others, drawn uniformly, where walks found none, which is at the
    end of rows."""
    row = (batch[:, -1:] < 0).any(dim=1).nonzero().flatten()
    if row.numel() == 0:
        return batch
    # What is drawn again and again is, once distinct, drawn uniformly.
    num_missing = int((batch[row] < 0).sum(dim=1).max())
    drawn = torch.randint(num_instances, (row.numel(), 2 * num_missing + 8),
                          generator=generator).to(batch.device)
    batch[row] = first_visits(torch.cat([batch[row], drawn], dim=1),
                              batch.size(1))[0]
    for i in row[batch[row, -1] < 0].tolist():  # all instances but a few
        found = batch[i][batch[i] >= 0]
        is_other = torch.ones(num_instances, dtype=torch.bool)
        is_other[found.cpu()] = False
        other = is_other.nonzero().flatten()
        perm = torch.randperm(other.numel(), generator=generator)
        rest = other[perm[:batch.size(1) - found.numel()]]
        batch[i, found.numel():] = rest.to(batch.device)
    return batch
