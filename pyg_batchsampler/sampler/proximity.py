from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import (check_choice, check_integer,
                                     check_probability)
from pyg_batchsampler.graph.build_proximity_graph import (BACKEND_NAMES,
                                                          check_backend,
                                                          connect,
                                                          resolve_graph_size)
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.sampler.base import BaseBatchSampler, DataSource
from pyg_batchsampler.sampler.matched_order import matched_order
from pyg_batchsampler.sampler.restart_schedule import (RestartProb,
                                                       restart_prob_at)
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.walk.growing_graph import walk_growing
from pyg_batchsampler.walk.random_walk_with_restart import \
    random_walk_with_restart

NUM_TRIAL_WALKS = 64  # that show how hard the walks' batches are
# The whole graph is cheaper per row: walks that may see a quarter of it get
# it.
VISITS_PER_INSTANCE = 4


class ProximityBatchSampler(BaseBatchSampler):
    r"""Mini-batches of instances that are hard to tell apart, from the
    `"BatchSampler: Sampling Mini-Batches for Contrastive Learning in Vision,
    Language, and Graphs" <https://arxiv.org/abs/2306.03355>`_ paper.

    With :obj:`replacement=True`, mini-batches are the paper's: each is what a
    random walk with restarts visits first, see
    :meth:`random_walk_with_restart`, on a proximity graph of the embedding
    given last, see :meth:`build_proximity_graph`, which every plan builds from
    fresh candidates. They crowd around instances that are similar to many. A
    walk that could not fill its mini-batch is completed by uniformly drawn
    others.

    With :obj:`replacement=False`, every instance is seen exactly once per
    epoch. The data set is split by noisy bisections, see :meth:`bisect`,
    whose noise is set such that the mean in-batch similarity is that of such
    walks: about as hard as the paper's, from the first mini-batch to the last.
    A few trial walks per embedding tell how hard that is.

    Args:
        data_source (torch.Tensor, int or Sized): An embedding
            :math:`[N, D]`, a number of instances, or anything with a length.
        batch_size (int): Instances per mini-batch and rank,
            :math:`B \geq 1`.
        num_candidates (int, optional): Candidates :math:`M` of the proximity
            graph. (default: :obj:`None`)
        num_neighbors (int, optional): Neighbors :math:`K` of the proximity
            graph. (default: :obj:`None`)
        restart_prob (float or callable, optional): Restart probability
            :math:`\alpha \in [0, 1)` of the walks, or a function of the
            epoch, *e.g.*, :meth:`decay_restart_prob`. (default: :obj:`0.2`)
        max_steps (int, optional): Steps after which a walk gives up,
            :math:`50 B` if not given. (default: :obj:`None`)
        backend (str, optional): Neighbor search of
            :meth:`build_proximity_graph`. (default: :obj:`"auto"`)
        min_recall (float, optional): Share of the nearest neighbors that an
            approximate search should find, in :math:`[0, 1)`. (default:
            :obj:`0.9`)
        drop_last (bool, optional): If set to :obj:`True`, leaves out the
            :math:`N \bmod B` instances that fill no mini-batch, others in
            every epoch. (default: :obj:`False`)
        replacement (bool, optional): If set to :obj:`True`, mini-batches are
            independent walks, and may share instances. (default:
            :obj:`False`)
        seed (int, optional): Source of randomness. (default: :obj:`0`)

    Example:
        >>> embedding = torch.randn(100, 8)
        >>> sampler = ProximityBatchSampler(embedding, batch_size=32)
        >>> [len(batch) for batch in sampler]
        [32, 32, 32, 4]
    """
    def __init__(
        self,
        data_source: DataSource,
        batch_size: int,
        *,
        num_candidates: Optional[int] = None,
        num_neighbors: Optional[int] = None,
        restart_prob: RestartProb = 0.2,
        max_steps: Optional[int] = None,
        backend: str = 'auto',
        min_recall: float = 0.9,
        drop_last: bool = False,
        replacement: bool = False,
        seed: int = 0,
    ):
        super().__init__(data_source, batch_size, drop_last=drop_last,
                         replacement=replacement, seed=seed)
        # Wrong values are told now, not after an epoch of warm-up.
        check_choice('backend', backend, BACKEND_NAMES)
        if (self.num_instances > 1 or num_candidates is not None
                or num_neighbors is not None):
            size = resolve_graph_size(self.num_instances, num_candidates,
                                      num_neighbors)
            check_backend(backend, self.num_instances, size.num_candidates)
        restart_prob_at(restart_prob, 0)
        if max_steps is not None:
            check_integer('max_steps', max_steps, low=0)
        self.num_candidates = num_candidates
        self.num_neighbors = num_neighbors
        self.restart_prob = restart_prob
        self.max_steps = max_steps
        self.backend = backend
        self.min_recall = check_probability('min_recall', min_recall)
        self.graph: Optional[ProximityGraph] = None
        self.completed_ratio = 0.0
        self._hardness: Dict[Tuple[int, float], float] = {}  # of trial walks

    def _plan_with_replacement(self, epoch: int, num_batches: int,
                               generator: torch.Generator) -> List[Tensor]:
        walks = self._walks(self._unit_rows(), num_batches,
                            restart_prob_at(self.restart_prob, epoch),
                            generator)
        return list(walks.cpu())

    def _plan_once(self, epoch: int, remaining: Tensor,
                   generator: torch.Generator) -> Tensor:
        x = self._unit_rows()
        size = min(self.global_batch_size, self.num_instances)
        if size < 2:  # pairs make a batch hard; there are none
            return remaining
        # Depends on nothing but the seed and what it is kept for.
        key = size, restart_prob_at(self.restart_prob, epoch)
        if key not in self._hardness:
            walks = self._walks(x, NUM_TRIAL_WALKS, key[1],
                                make_generator(self.seed))
            hardness = mean_similarity(x, walks).mean() - mean_similarity(x)
            self._hardness = {key: float(hardness)}
        return matched_order(x, remaining, self.global_batch_size,
                             self._hardness[key], generator)

    def update(self, embedding: Tensor) -> None:
        super().update(embedding)
        self._hardness = {}

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._hardness = {}

    def _walks(self, x: UnitRows, num_walks: int, restart_prob: float,
               generator: torch.Generator) -> Tensor:
        r"""Builds a proximity graph and walks on it; returns instances
        :math:`[S, \min(B, N)]`."""
        if self.num_instances == 1:
            return torch.zeros(num_walks, 1, dtype=torch.long)
        size = resolve_graph_size(self.num_instances, self.num_candidates,
                                  self.num_neighbors)
        batch_size = min(self.global_batch_size, self.num_instances)
        start = self._starts(num_walks, generator)
        if (VISITS_PER_INSTANCE * num_walks * batch_size < self.num_instances
                and 2 * size.num_candidates <= self.num_instances):
            self.graph = None
            batch = walk_growing(x, size, self.backend, start, batch_size,
                                 restart_prob, self.max_steps, generator)
        else:
            self.graph = connect(x, size, self.backend, self.min_recall,
                                 generator)
            batch = random_walk_with_restart(
                self.graph, start, batch_size, restart_prob,
                max_steps=self.max_steps, generator=generator)
        is_missing = batch < 0
        self.completed_ratio = float(is_missing.float().mean())
        for i in is_missing.any(dim=1).nonzero().flatten().tolist():
            is_other = torch.ones(self.num_instances, dtype=torch.bool)
            is_other[batch[i][~is_missing[i]].cpu()] = False
            other = is_other.nonzero().flatten()
            perm = torch.randperm(other.numel(), generator=generator)
            num_missing = int(is_missing[i].sum())
            batch[i, is_missing[i]] = other[perm[:num_missing]].to(
                batch.device)
        return batch
