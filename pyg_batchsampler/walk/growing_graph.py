r"""A proximity graph that is made where walks go, and nowhere else."""

from typing import Any, Optional

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.split_mix import GAMMA, split_mix
from pyg_batchsampler.graph.build_proximity_graph import (BACKENDS, FASTEST,
                                                          GraphSize)
from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.seed import draw_seed, global_seed_from
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.walk.random_walk_with_restart import STEPS_PER_INSTANCE
from pyg_batchsampler.walk.walk_excursions import walk_excursions

# Anchors that share candidates. Those of one block are visited by the same
# walks, hence similar, and would choose the same neighbors: blocks are smaller
# than in the whole graph.
BLOCK_SIZE = 16
HALF = np.uint64(32)


def walk_growing(
    x: UnitRows,
    size: GraphSize,
    backend: str,
    start: Tensor,
    batch_size: int,
    restart_prob: float,
    max_steps: Optional[int],
    generator: Optional[torch.Generator],
) -> Tensor:
    r"""Walks as :meth:`random_walk_with_restart` does, on a graph that grows
    with the walks."""
    if max_steps is None:
        max_steps = STEPS_PER_INSTANCE * batch_size
    start = start.to(x.device)
    with global_seed_from(generator, like=start):
        graph = GrowingGraph(x, size, FASTEST if backend == 'auto' else
                             backend)
        return walk_excursions(graph, start, batch_size, restart_prob,
                               max_steps)


class GrowingGraph:
    r"""The graph of :meth:`build_proximity_graph`, in which an instance gets
    its neighbors when a walk first visits it.

    A few walks on many instances see a small part of the graph, whose size
    does not depend on :math:`N`. Draws from PyTorch's global generator.

    Args:
        x (UnitRows): Rows of unit length, :math:`[N, D]`.
        size (GraphSize): :math:`M \leq N / 2` and :math:`K`.
        backend (str): A name in :obj:`BACKENDS` that serves any :math:`M`.

    Example:
        >>> x = UnitRows(torch.eye(4).repeat_interleave(2, dim=0))
        >>> graph = GrowingGraph(x, GraphSize(4, 1), 'dense')
        >>> start = torch.tensor([0, 5])
        >>> bool((graph.step(start) != start).all()), graph.num_rows
        (True, 2)
    """
    def __init__(self, x: UnitRows, size: GraphSize, backend: str):
        self.num_instances = x.size(0)
        self._x, self._size, self._search = x, size, BACKENDS[backend]
        self._row_of = torch.full((self.num_instances, ), -1, dtype=torch.int,
                                  device=x.device)
        self._neighbor = torch.empty(0, size.num_neighbors, dtype=torch.int,
                                     device=x.device)

    @property
    def num_rows(self) -> int:
        r"""How many instances have their neighbors."""
        return self._neighbor.size(0)

    def step(self, instance: Tensor) -> Tensor:
        row = self._rows(instance)
        choice = torch.randint(self._size.num_neighbors, row.shape,
                               device=row.device)
        return self._neighbor[row, choice].long()

    def can_grow(self, visited: Tensor) -> Tensor:
        is_held = visited >= 0
        held = self._rows(visited[is_held])
        walk = is_held.nonzero()[:, 0]
        out = [~torch.isin(self._neighbor[held[walk == i]], batch).all()
               for i, batch in enumerate(visited)]
        return torch.tensor(out, device=visited.device, dtype=torch.bool)

    def _rows(self, instance: Tensor) -> Tensor:
        r"""Returns the rows of instances, new ones included."""
        new = instance[self._row_of[instance] < 0].unique()
        if new.numel() > 0:
            new = new[torch.randperm(new.numel()).to(new.device)].int()
            blocks = draw_few(new.cpu(), self.num_instances,
                              self._size.num_candidates)
            neighbor, _ = self._search(self._x, blocks,
                                       self._size.num_neighbors)
            self._row_of[new] = blocks.row.to(new.device) + self.num_rows
            self._neighbor = torch.cat([self._neighbor, neighbor])
        return self._row_of[instance]


def draw_few(anchor: Tensor, num_instances: int,
             num_candidates: int) -> CandidateBlocks:
    r"""Draws :math:`M` distinct candidates for a few instances, uniform over
    the others. Unlike that of :meth:`draw_candidates`, its time does not grow
    with the number of all instances.

    With :meth:`torch.unique` in the place of its loop, walks on a graph that
    grows take 1.5 times as long (``python -m benchmarks.home_made``).

    Args:
        anchor (torch.Tensor): Distinct instances, :math:`[A]`.
        num_instances (int): Number of instances :math:`N`.
        num_candidates (int): :math:`M \leq N / 2`.
    """
    num_blocks, width = -(-anchor.numel() // BLOCK_SIZE), num_candidates + 1
    candidate = torch.empty(num_blocks, width, dtype=torch.int)
    skipped = torch.randint(width, (anchor.numel(), ), dtype=torch.int)
    _draw(num_instances, np.uint64(draw_seed(None)), anchor.numpy(),
          candidate.numpy(), skipped.numpy())
    row = torch.arange(anchor.numel(), dtype=torch.int)
    return CandidateBlocks(anchor, candidate, skipped, BLOCK_SIZE, row)


@kernel
def _draw(num_instances: int, seed: np.uint64, anchor: Any, candidate: Any,
          skipped: Any) -> None:
    width, size = candidate.shape[1], 4
    while size < 2 * width:
        size *= 2
    drawn = np.empty(size, np.int32)  # a hash table with open addresses
    for t in range(len(candidate)):
        drawn[:] = -1
        state = split_mix(seed + np.uint64(t) * GAMMA)
        row = candidate[t]
        for j in range(width):
            while True:
                state += GAMMA
                bits = split_mix(state) >> HALF
                i = np.int32((bits * np.uint64(num_instances)) >> HALF)
                slot = np.int64((np.uint64(i) * GAMMA) >> HALF) & (size - 1)
                while drawn[slot] >= 0 and drawn[slot] != i:
                    slot = (slot + 1) & (size - 1)
                if drawn[slot] < 0:
                    break
            drawn[slot], row[j] = i, i
        for r in range(t * BLOCK_SIZE,
                       min((t + 1) * BLOCK_SIZE, len(anchor))):
            for j in range(width):
                if row[j] == anchor[r]:
                    skipped[r] = j
