from dataclasses import dataclass, replace
from typing import Any, Dict, Optional

from torch import Tensor

from pyg_batchsampler.checks import (check_choice, check_integer,
                                     check_non_negative, check_probability)
from pyg_batchsampler.graph.approximate_search import APPROXIMATE
from pyg_batchsampler.graph.build_proximity_graph import (BACKEND_NAMES,
                                                          PAPER_RATIO,
                                                          GraphSize,
                                                          check_backend,
                                                          resolve_graph_size)
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.sampler.data_source import DataSource
from pyg_batchsampler.sampler.form_groups import SMALL
from pyg_batchsampler.sampler.grouped_order import grouped_order
from pyg_batchsampler.sampler.match_reach import (TRIALS, match_reach,
                                                  num_trial_batches)
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.restart_schedule import (RestartProb,
                                                       restart_prob_at)
from pyg_batchsampler.sampler.strategy import Request, Strategy, option
from pyg_batchsampler.sampler.strategy_batch_sampler import \
    StrategyBatchSampler
from pyg_batchsampler.sampler.walk_mini_batches import walk_mini_batches
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.top_similarity import top_similarity

NEIGHBOR_RATIO = 50  # candidates per neighbor, see docs/choosing.rst
# The reach of groups that are about as tight as walks are: by M / K, of small
# data sets, whose leaves hold more groups to choose from, and at most by N.
REACH_PER_RATIO, SMALL_PER_RATIO, REACH_PER_INSTANCE = 15, 6, 0.6
MIN_RECALL = 0.9  # of the nearest neighbors, unless asked for otherwise


@register_strategy('proximity')
@dataclass(frozen=True)
class Proximity(Strategy):
    r"""Mini-batches of instances that are hard to tell apart, from the
    `"BatchSampler: Sampling Mini-Batches for Contrastive Learning in Vision,
    Language, and Graphs" <https://arxiv.org/abs/2306.03355>`_ paper.

    A mini-batch is made of about :math:`B / k` groups of :math:`k` instances
    each. A contrastive loss feels the few negatives that are most similar to
    an anchor: its group makes them hard, and many groups leave the mini-batch
    nearly as diverse as the data set. The paper's mini-batch is a single
    group, :math:`k = B`.

    With :obj:`replacement=True`, a group is what a random walk with restarts
    visits first, see :meth:`random_walk_with_restart`, on a proximity graph of
    the embedding given last, see :meth:`build_proximity_graph`, which every
    plan builds from fresh candidates. Walks begin anywhere, and crowd around
    instances that are similar to many. A mini-batch that they could not fill
    is completed by uniformly drawn others.

    With :obj:`replacement=False`, every instance is seen exactly once per
    epoch. The data set is divided at random into parts, these into groups of
    similar instances, nearest first, and groups are shuffled. The
    larger the parts, the tighter the groups: their size is set such that an
    instance is on average as similar to the most similar other one in its
    mini-batch as after such walks, from the first mini-batch to the last. A
    few trial walks per embedding tell how similar that is.

    Args:
        walk_size (int, optional): Distinct instances :math:`k \geq 1` that
            one walk gives to a mini-batch; :math:`1` is uniform. If
            :obj:`None`, as if :math:`B` or more, mini-batches are the paper's.
            (default: :obj:`4`)
        num_candidates (int, optional): Candidates :math:`M` of the proximity
            graph, :math:`\min(1000, N / 2)` if not given. (default:
            :obj:`None`)
        num_neighbors (int, optional): Neighbors :math:`K` of the proximity
            graph, :math:`\max(1, M / 50)` if not given, and as the paper's,
            :math:`\max(1, M / 10)`, if :obj:`walk_size` is :obj:`None`: short
            walks among many neighbors are mild. (default: :obj:`None`)
        restart_prob (float or callable, optional): Restart probability
            :math:`\alpha \in [0, 1)` of the walks, or a function of the
            epoch, *e.g.*, :meth:`decay_restart_prob`. (default: :obj:`0.2`)
        restart_decay (float, optional): What :obj:`restart_prob` loses per
            epoch, down to 0.05, as in :meth:`decay_restart_prob`. (default:
            :obj:`0.0`)
        max_steps (int, optional): Steps after which a walk gives up,
            :math:`50 B` if not given. (default: :obj:`None`)
        backend (str, optional): Neighbor search of
            :meth:`build_proximity_graph`. (default: :obj:`"auto"`)
        min_recall (float, optional): Share of the nearest neighbors that an
            approximate search should find, in :math:`[0, 1)`. (default:
            :obj:`0.9`)

    Example:
        >>> Proximity(num_neighbors=20).num_neighbors
        20
    """
    paper = 'https://arxiv.org/abs/2306.03355'

    walk_size: Optional[int] = option(
        4, 'instances of a group k, of which mini-batches are made, or that '
        'one walk gives them with --replacement; none: all of them, and K = '
        'M / 10, as in the paper', before=None)
    num_candidates: Optional[int] = option(
        None, 'random candidates M per instance; None: min(1000, half of all)')
    num_neighbors: Optional[int] = option(
        None, 'neighbors K kept of them; None: M / 50')
    restart_prob: RestartProb = option(
        0.2, 'restart probability of the walks, in [0, 1)')
    restart_decay: float = option(
        0.0, 'what it loses per epoch, down to 0.05')
    max_steps: Optional[int] = option(
        None, 'steps after which a walk gives up; None: 50 per instance')
    backend: str = option(
        'auto', 'neighbor search of the proximity graph; faiss_hnsw, '
        'faiss_ivf and pynndescent take one less candidate than there are '
        'instances', BACKEND_NAMES)
    min_recall: float = option(
        MIN_RECALL,
        'share of the nearest neighbors that these three should find')

    def __post_init__(self) -> None:
        for name, low in [('walk_size', 1), ('max_steps', 0)]:
            if getattr(self, name) is not None:
                value = check_integer(name, getattr(self, name), low)
                object.__setattr__(self, name, value)  # it is frozen
        check_choice('backend', self.backend, BACKEND_NAMES)
        check_probability('min_recall', self.min_recall)
        if self.min_recall != MIN_RECALL and self.backend not in APPROXIMATE:
            raise ValueError("'min_recall' must not be set with 'backend' set "
                             f"to {self.backend!r}, which does not use it "
                             f"(got {self.min_recall!r}). Leave it out")
        check_non_negative('restart_decay', self.restart_decay)
        restart_prob_at(self.restart_prob, 0, self.restart_decay)

    def chooses(self) -> bool:
        return self.walk_size != 1  # groups of one are uniform

    def check(self, num_instances: int) -> None:
        if num_instances > 1 or not (self.num_candidates is
                                     self.num_neighbors is None):
            check_backend(self.backend, num_instances,
                          self.graph_size(num_instances).num_candidates)

    def graph_size(self, num_instances: int) -> GraphSize:
        r"""Returns :math:`M` and :math:`K` on that many instances."""
        return resolve_graph_size(
            num_instances, self.num_candidates, self.num_neighbors,
            PAPER_RATIO if self.walk_size is None else NEIGHBOR_RATIO)

    def resolved(self, num_instances: int, batch_size: int,
                 epoch: int) -> Dict[str, Any]:
        size = min(batch_size, num_instances)
        num_candidates, num_neighbors = self.graph_size(num_instances)
        return dict(
            self.options(), walk_size=min(self.walk_size or size, size),
            num_candidates=num_candidates, num_neighbors=num_neighbors,
            restart_prob=restart_prob_at(self.restart_prob, epoch,
                                         self.restart_decay))

    def draw(self, request: Request) -> Tensor:
        return self._walk(request, self._restart_prob(request)).cpu()

    def order(self, request: Request) -> Tensor:
        x, remaining = request.rows, request.remaining
        size = min(request.batch_size, x.size(0))
        walk_size = min(self.walk_size or size, size)
        if walk_size < 2:  # a group of one is as hard as any
            return remaining
        # Trial walks draw from the seed, not from this plan's generator, so
        # that a resumed run finds the same.
        restart_prob = self._restart_prob(request)
        key = f'reach {size} {restart_prob}'
        if key not in request.memo:
            batches = self._walk(replace(
                request, num_batches=num_trial_batches(size, walk_size),
                generator=make_generator(request.seed, TRIALS)), restart_prob)
            m, k = self.graph_size(x.size(0))
            request.memo[key] = match_reach(
                x, size, walk_size, float(top_similarity(x, batches).mean()),
                min((SMALL_PER_RATIO if x.size(0) <= SMALL else
                     REACH_PER_RATIO) * m / k,
                    REACH_PER_INSTANCE * x.size(0)), request.seed)
        return grouped_order(x, remaining, request.batch_size, walk_size,
                             request.memo[key], request.generator)

    def _restart_prob(self, request: Request) -> float:
        return restart_prob_at(self.restart_prob, request.epoch,
                               self.restart_decay)

    def _walk(self, request: Request, restart_prob: float) -> Tensor:
        walked = walk_mini_batches(
            request.rows, request.starts(), request.batch_size, self.walk_size,
            self.graph_size(request.num_instances), restart_prob,
            self.max_steps, self.backend, self.min_recall, request.generator)
        request.memo['graph'] = walked.graph
        request.memo['completed_ratio'] = walked.completed_ratio
        return walked.batches


class ProximityBatchSampler(StrategyBatchSampler):
    r"""A :class:`StrategyBatchSampler` of instances that are hard to tell
    apart, see :class:`Proximity` for its options.

    Example:
        >>> embedding = torch.randn(100, 8)
        >>> sampler = ProximityBatchSampler(embedding, batch_size=30,
        ...                                 num_neighbors=5)
        >>> [len(batch) for batch in sampler]
        [30, 30, 30, 10]
    """
    def __init__(self, data_source: DataSource, batch_size: int,
                 **kwargs: Any):
        super().__init__(data_source, batch_size, 'proximity', **kwargs)

    @property
    def graph(self) -> Optional[ProximityGraph]:
        r"""The whole graph that was walked on last, if any, without
        replacement by trial walks: a few walks on many instances only make
        the part of it that they see."""
        return self.notes.get('graph')

    @property
    def completed_ratio(self) -> float:
        r"""Share of the mini-batches walked last, without replacement those
        of trial walks, that was completed by uniformly drawn instances."""
        return float(self.notes.get('completed_ratio', 0.0))
