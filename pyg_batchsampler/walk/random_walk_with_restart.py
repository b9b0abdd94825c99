r"""Walks with restarts on the proximity graph."""

from numbers import Integral
from typing import Any, Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import (check_choice, check_integer,
                                     check_probability)
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.walk.walk_compiled import walk_compiled
from pyg_batchsampler.walk.walk_torch_cluster import walk_torch_cluster

STEPS_PER_INSTANCE = 50  # after which a walk gives up
WALKS = {'compiled': walk_compiled, 'torch_cluster': walk_torch_cluster}


def random_walk_with_restart(
    graph: ProximityGraph,
    start: Tensor,
    batch_size: int,
    restart_prob: float = 0.2,
    *,
    max_steps: Optional[int] = None,
    backend: str = 'auto',
    generator: Optional[torch.Generator] = None,
) -> Tensor:
    r"""Collects one batch per start by walking the proximity graph, as in the
    `"BatchSampler: Sampling Mini-Batches for Contrastive Learning in Vision,
    Language, and Graphs" <https://arxiv.org/abs/2306.03355>`_ paper.

    At each step a walk returns to its start with probability
    :math:`\alpha`, otherwise it moves to one of the neighbors, all equally
    likely. New instances join the batch in order of first visit.

    Args:
        graph (ProximityGraph): The graph to walk on, :math:`N` instances.
        start (torch.Tensor): Where the walks begin, :math:`[S]`,
            ``torch.long``, each in :math:`[0, N)`.
        batch_size (int): Distinct instances wanted, :math:`B \geq 1`.
        restart_prob (float, optional): :math:`\alpha \in [0, 1)`, per step.
            Larger stays closer to the start. (default: :obj:`0.2`)
        max_steps (int, optional): Steps after which a walk gives up,
            :math:`50 B` if not given. (default: :obj:`None`)
        backend (str, optional): :obj:`"torch_cluster"` (the op behind
            :meth:`torch_cluster.random_walk`, on any device),
            :obj:`"compiled"` (a loop in machine code, on the CPU), or
            :obj:`"auto"`, the latter where it can be. Both draw from the same
            distribution. (default: :obj:`"auto"`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Shapes:
        - **output:** indices :math:`[S, B]`, first column :obj:`start`,
          :obj:`-1` where the walk ended with fewer than :math:`B`

    Raises:
        TypeError: If :obj:`start` is not a tensor: a single start is
            :obj:`torch.tensor([i])`.
        ValueError: If :obj:`restart_prob` is outside :math:`[0, 1)`, or a
            start is none of the instances.

    .. note::
        A walk also ends when all it can reach is in the batch. The release
        of the paper has neither this nor a cap and hangs then.

    Example:
        >>> ring = ProximityGraph.from_neighbors(torch.tensor([[1], [2], [0]]))
        >>> random_walk_with_restart(ring, torch.tensor([0]), batch_size=3,
        ...                          restart_prob=0.0)
        tensor([[0, 1, 2]])
    """
    batch_size = check_integer('batch_size', batch_size, low=1)
    restart_prob = check_probability('restart_prob', restart_prob)
    if max_steps is None:
        max_steps = STEPS_PER_INSTANCE * batch_size
    max_steps = check_integer('max_steps', max_steps, low=0)
    start = _check_start(start, graph.num_instances).to(graph.col.device)

    is_cpu = start.device.type == 'cpu'
    check_choice('backend', backend, ['auto', *WALKS])
    if backend == 'auto':
        backend = 'compiled' if is_cpu else 'torch_cluster'
    elif backend == 'compiled' and not is_cpu:
        raise ValueError("'backend' must be 'torch_cluster' or 'auto' on "
                         f"{start.device.type} (got 'compiled')")
    return WALKS[backend](graph, start, batch_size, restart_prob, max_steps,
                          generator)


def _check_start(start: Any, num_instances: int) -> Tensor:
    if not isinstance(start, Tensor):
        value = f'[{start}]' if isinstance(start, Integral) else 'start'
        raise TypeError("'start' must be a vector of torch.long (got "
                        f"{type(start).__name__}). Pass torch.tensor({value})")
    if start.dtype != torch.long or start.dim() != 1:
        raise ValueError("'start' must be a vector of torch.long "
                         f"(got {list(start.shape)} of {start.dtype})")
    bad = start[(start < 0) | (start >= num_instances)]
    if bad.numel() > 0:
        raise ValueError(f"'start' must lie in [0, {num_instances}) "
                         f"(got {int(bad[0])})")
    return start
