r"""Walks with restarts as a compiled loop, on the CPU."""

from typing import Any, Optional

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.split_mix import GAMMA, split_mix
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.seed import draw_seed

HALF = np.uint64(32)
LOW_HALF = np.uint64(2**32 - 1)


def walk_compiled(
    graph: ProximityGraph,
    start: Tensor,
    batch_size: int,
    restart_prob: float,
    max_steps: int,
    generator: Optional[torch.Generator],
) -> Tensor:
    r"""Takes one step after the other, one walk after the other; see
    :meth:`random_walk_with_restart`.

    The walks of an epoch take 2.4 times as long by
    :meth:`walk_torch_cluster` (``python -m benchmarks.home_made``).
    """
    out = start.new_full((start.numel(), batch_size), -1)
    _walk_rows(graph.rowptr.numpy(), graph.col.numpy(), start.numpy(),
               np.uint64(restart_prob * 2**32), max_steps,
               np.uint64(draw_seed(generator)), out.numpy())
    return out


@kernel
def _walk_rows(rowptr: Any, col: Any, start: Any, restart_below: np.uint64,
               max_steps: int, seed: np.uint64, out: Any) -> None:
    num_instances = len(rowptr) - 1
    size = min(out.shape[1], num_instances)
    # The last batch that an instance has joined.
    row_of = np.full(num_instances, -1, np.int32)
    for row in range(len(start)):
        state = split_mix(seed + np.uint64(row) * GAMMA)
        batch, current = out[row], start[row]
        batch[0], row_of[current], count = current, row, 1
        # A walk that has met nobody new for long looks around whether there is
        # anybody new to meet.
        num_idle, patience = 0, 4 * size
        for _ in range(max_steps):
            if count == size:
                break
            state += GAMMA
            bits = split_mix(state)
            if (bits & LOW_HALF) < restart_below:
                current = start[row]
            else:
                first = rowptr[current]
                degree = np.uint64(rowptr[current + 1] - first)
                if degree > 0:
                    current = col[first + np.int64(
                        ((bits >> HALF) * degree) >> HALF)]
            if row_of[current] != row:
                batch[count], row_of[current], count = current, row, count + 1
                num_idle = 0
                continue
            num_idle += 1
            if num_idle == patience:
                if not _can_grow(rowptr, col, batch[:count], row_of, row):
                    break
                patience *= 2


@kernel
def _can_grow(rowptr: Any, col: Any, batch: Any, row_of: Any,
              row: int) -> bool:
    for i in batch:
        for j in col[rowptr[i]:rowptr[i + 1]]:
            if row_of[j] != row:
                return True
    return False
