from dataclasses import dataclass
from typing import List

import numpy as np
import torch
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee
from torch import Tensor

from pyg_batchsampler.checks import check_open_probability
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.shuffle_mini_batches import shuffle_mini_batches
from pyg_batchsampler.sampler.strategy import Request, Strategy, option

NUM_SAMPLED = 100  # rows whose similarities tell the quantile
MAX_ELEMENTS = 2**24  # similarities held at a time
MAX_EDGES = 2**28  # of the graph: 3 GiB


@register_strategy('bandwidth')
@dataclass(frozen=True)
class Bandwidth(Strategy):
    r"""Mini-batches cut from an order that brings similar instances close
    together, from the `"Global Contrastive Batch Sampling via Optimization on
    Sample Permutations" <https://arxiv.org/abs/2210.12874>`_ paper:
    similarities above a quantile are edges, the order of least bandwidth is
    that of Cuthill and McKee, reversed, and the mini-batches it is cut into
    are shuffled.

    It compares all instances with each other, once per plan.

    Args:
        quantile (float, optional): Share of the similarities, estimated from
            100 random instances, that are no edges, in :math:`(0, 1)`.
            (default: :obj:`0.999`)

    Example:
        >>> Bandwidth()
        Bandwidth(quantile=0.999)
    """
    paper = 'https://arxiv.org/abs/2210.12874'

    quantile: float = option(0.999, 'share of the similarities that are no '
                             'edges, in (0, 1)')

    def check(self, num_instances: int) -> None:
        check_open_probability('quantile', self.quantile)
        num_edges = (1 - self.quantile) * num_instances**2
        if num_edges > MAX_EDGES:
            lowest = 1 - 0.99 * MAX_EDGES / num_instances**2
            raise ValueError(
                f"'quantile' must be at least {lowest:.12g} for "
                f"{num_instances} instances (got {self.quantile}), or the "
                f"graph has {num_edges:.0f} edges. Raise it")

    def order(self, request: Request) -> Tensor:
        x = request.rows[request.remaining]
        threshold = self._threshold(x)
        columns: List[np.ndarray] = []
        counts = []
        for rows in x.split(max(1, MAX_ELEMENTS // x.size(0))):
            is_edge = rows @ x.t() > threshold
            counts.append(is_edge.sum(dim=1))
            columns.append(is_edge.nonzero()[:, 1].int().cpu().numpy())
        indptr = torch.cat(counts).cumsum(0).cpu().numpy()
        indices = np.concatenate(columns)
        graph = csr_array((np.ones(len(indices), dtype=bool), indices,
                           np.concatenate([[0], indptr]).astype(np.int32)),
                          shape=2 * (x.size(0), ))
        perm = reverse_cuthill_mckee(graph, symmetric_mode=True)
        order = request.remaining[torch.from_numpy(perm.astype(np.int64))]
        return shuffle_mini_batches(order, request.batch_size,
                                    request.generator)

    def _threshold(self, x: Tensor) -> float:
        r"""Returns the quantile of the similarities of the first instances,
        which are in random order, to others."""
        rows = x[:NUM_SAMPLED]
        score = rows @ x.t()
        own = torch.arange(rows.size(0), device=x.device)
        score[own, own] = -1
        return float(np.quantile(score.cpu().numpy(), self.quantile))
