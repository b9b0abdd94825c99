from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.strategy import Request, Strategy, option
from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors


@register_strategy('partition')
@dataclass(frozen=True)
class Partition(Strategy):
    r"""Mini-batches of several random clusters, from the `"Breaking the Batch
    Barrier (B3) of Contrastive Learning via Smart Batch Mining"
    <https://arxiv.org/abs/2505.11293>`_ paper: instances are connected to
    those at the ranks :math:`p + 1` to :math:`p + m` of their nearest
    neighbors where that holds both ways, and METIS divides the graph into
    clusters of equal size.

    The graph and its division stay as they are as long as the embedding; only
    which clusters meet is drawn anew in every epoch. METIS balances clusters
    within a few percent: one may be divided between two mini-batches.

    Args:
        num_skipped (int, optional): Nearest neighbors :math:`p` that are
            skipped, since they may be false negatives. (default: :obj:`30`)
        num_ranks (int, optional): Ranks :math:`m` after these. (default:
            :obj:`100`)
        cluster_size (int, optional): Instances of a cluster. (default:
            :obj:`8`)

    Example:
        >>> Partition(num_skipped=0).num_ranks
        100
    """
    paper = 'https://arxiv.org/abs/2505.11293'

    num_skipped: int = option(30, 'nearest neighbors p that are skipped')
    num_ranks: int = option(100, 'ranks m after these that are edges')
    cluster_size: int = option(8, 'instances of a cluster')

    def check(self, num_instances: int) -> None:
        check_integer('num_skipped', self.num_skipped, low=0)
        check_integer('num_ranks', self.num_ranks, low=1)
        check_integer('cluster_size', self.cluster_size, low=1)
        highest = num_instances - 1 - self.num_ranks
        most = max(1, num_instances - 1 - self.num_skipped)
        if num_instances > 1 and self.num_skipped + self.num_ranks >= (
                num_instances):
            raise ValueError(
                "'num_skipped' and 'num_ranks' must be less than the "
                f"{num_instances} instances together (got {self.num_skipped} "
                f"and {self.num_ranks}). Lower " + (
                    f"'num_skipped' to {highest}" if highest >= 0 else
                    f"'num_ranks', to {most} for this 'num_skipped'"))
        import_metis()

    def order(self, request: Request) -> Tensor:
        if request.num_instances < 2:
            return request.remaining
        if 'cluster' not in request.memo:
            request.memo['cluster'] = self._clusters(request)
        cluster = request.memo['cluster'][request.remaining]
        perm = torch.randperm(int(cluster.max()) + 1,
                              generator=request.generator)
        return request.remaining[perm[cluster].sort(stable=True).indices]

    def _clusters(self, request: Request) -> Tensor:
        r"""Returns the cluster of every instance, :math:`[N]`."""
        x, size = request.rows, request.num_instances
        neighbor, _ = nearest_neighbors(
            x, torch.arange(size, device=x.device),
            self.num_skipped + self.num_ranks)
        window = neighbor[:, self.num_skipped:].cpu().numpy()
        ones = np.ones(window.size, dtype=np.int8)
        graph = csr_array((ones, window.ravel(), np.arange(
            0, window.size + 1, self.num_ranks)), shape=(size, size))
        graph = graph.multiply(graph.T).tocsr()  # both ways
        num_clusters = max(1, round(size / self.cluster_size))
        if num_clusters == 1:
            return torch.zeros(size, dtype=torch.long)
        metis = import_metis()
        _, part = metis.part_graph(
            num_clusters, metis.CSRAdjacency(graph.indptr, graph.indices),
            options=metis.Options(seed=request.seed % 2**31))
        return torch.tensor(part)


def import_metis() -> Any:
    r"""Imports pymetis.

    Raises:
        ImportError: If it is not there.
    """
    try:
        import pymetis
    except ImportError as error:
        raise ImportError("the strategy 'partition' divides graphs by METIS. "
                          "Install it with 'pip install pymetis'") from error
    return pymetis
