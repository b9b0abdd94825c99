import sys
from typing import Any, Dict, Iterator, List, Optional, Union

from torch import Tensor
from torch.utils.data import Sampler

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.sampler.check_reader import check_reader
from pyg_batchsampler.sampler.check_state import (check_embedding_shape,
                                                  check_state)
from pyg_batchsampler.sampler.cursor import Cursor, Pass
from pyg_batchsampler.sampler.data_source import DataSource, read_data_source
from pyg_batchsampler.sampler.make_plan import Repair
from pyg_batchsampler.sampler.planner import Planner
from pyg_batchsampler.sampler.registry import make_strategy
from pyg_batchsampler.sampler.strategy import Strategy
from pyg_batchsampler.warn_caller import warn_caller


class StrategyBatchSampler(Sampler[List[int]]):
    r"""A sampler of mini-batches whose plan for an epoch depends on its
    strategy, its seed, the epoch and the embedding, and on nothing else.

    A pass begins at its first mini-batch, not when its iterator is made:
    :meth:`set_epoch` and :meth:`update` count for it until then. A state of
    an epoch that is through goes on with the next one.

    Args:
        data_source (torch.Tensor, int or Sized): An embedding
            :math:`[N, D]`, a number of instances, or anything with a length.
        batch_size (int): Instances per mini-batch (and rank, see
            :obj:`distributed`), :math:`B \geq 1`.
        strategy (str or Strategy, optional): Which instances meet: a name,
            see :meth:`register_strategy`, or a :class:`Strategy`. (default:
            :obj:`"proximity"`)
        drop_last (bool, optional): If set to :obj:`True`, leaves out the
            :math:`N \bmod B` instances that fill no mini-batch, others in
            every epoch. (default: :obj:`False`)
        replacement (bool, optional): If set to :obj:`True`, mini-batches are
            drawn independently and may share instances; otherwise every
            instance is seen exactly once per epoch. (default:
            :obj:`False`)
        seed (int, optional): Source of randomness. The global state of
            PyTorch is left alone. (default: :obj:`0`)
        distributed (bool, optional): Who shards where processes train
            together (:mod:`torch.distributed`). If :obj:`None`, the sampler
            does: the plan is made for global mini-batches of
            :obj:`batch_size` times the number of ranks, so that what meets in
            a gathered loss is hard to tell apart, and each rank yields its
            share of every one of them, given the same embedding. If
            :obj:`False`, the trainer does, *e.g.*, that of
            :obj:`accelerate` or :obj:`sentence_transformers`: all ranks yield
            the same whole mini-batches of :obj:`batch_size`. (default:
            :obj:`None`)
        repair (callable, optional): Changes planned mini-batches before they
            are yielded, *e.g.*, to part false negatives: a function of the
            mini-batches, a list of :math:`[B]`, and of the :class:`Request`
            they were planned for, which returns as many of the same sizes,
            of the same instances unless with replacement. (default:
            :obj:`None`)
        center (bool, optional): If set to :obj:`True`, each dimension of an
            embedding is given mean zero and variance one (zero if it has
            none) before similarities are taken, so that all count alike. In
            the projections that a loss compares, mini-batches are harder
            without where embeddings are given or encoded, and as hard where
            recorded (``python -m benchmarks.centering``). (default:
            :obj:`False`)
        **options (optional): Options of the strategy, if it is given by
            name.

    Raises:
        TypeError: If :obj:`data_source` is a sampler, or the strategy has no
            such option.
        ValueError: If a value is out of range, or, from the first mini-batch
            of a pass on, if the strategy or :obj:`repair` has made a plan in
            which instances are missing or repeated.

    Example:
        >>> sampler = StrategyBatchSampler(6, 4, 'uniform')
        >>> [len(batch) for batch in sampler]
        [4, 2]
    """
    def __init__(
        self,
        data_source: DataSource,
        batch_size: int,
        strategy: Union[str, Strategy] = 'proximity',
        *,
        drop_last: bool = False,
        replacement: bool = False,
        seed: int = 0,
        distributed: Optional[bool] = None,
        repair: Optional[Repair] = None,
        center: bool = False,
        **options: Any,
    ):
        source = read_data_source(data_source)
        self.planner = Planner(source.num_instances, batch_size,
                               make_strategy(strategy, **options), drop_last,
                               replacement, seed, distributed, repair, center)
        self.cursor = Cursor(source.embedding)
        self._no_embedding = source.note
        self._has_warned = False
        self._owner = ''

    @property
    def num_instances(self) -> int:
        r"""Number of instances :math:`N`."""
        return self.planner.num_instances

    @property
    def batch_size(self) -> int:
        r"""Instances per mini-batch and rank."""
        return self.planner.batch_size

    @property
    def drop_last(self) -> bool:
        r"""Whether instances that fill no mini-batch are left out."""
        return self.planner.drop_last

    @property
    def strategy(self) -> Strategy:
        r"""Which instances meet."""
        return self.planner.strategy

    @property
    def notes(self) -> Dict[str, Any]:
        r"""What the strategy has noted of its plans on the embedding used
        last, see :class:`Request`."""
        return self.planner.memo

    @property
    def sampler(self) -> 'StrategyBatchSampler':
        r"""The sampler itself, through which trainers that look for
        :obj:`batch_sampler.sampler.set_epoch` find it."""
        return self

    @property
    def embedding(self) -> Optional[Tensor]:
        r"""The embedding :math:`[N, D]` of the next pass, if any."""
        return self.cursor.embedding

    def update(self, embedding: Tensor) -> None:
        r"""Sets the embedding that the next pass is planned on, also if its
        iterator exists already. A pass that has yielded a mini-batch, or that
        is resumed, keeps its plan.

        Args:
            embedding (torch.Tensor): One row per instance, :math:`[N, D]`,
                not to be changed in place.
        """
        self.cursor.embedding = check_embedding(embedding, self.num_instances)
        self.planner.forget()

    def set_epoch(self, epoch: int) -> None:
        r"""Sets the epoch of the next pass. Without, a pass takes the epoch
        after the last one. That of a pass under way is no request for
        another; a state that was loaded of it is resumed where it was
        left."""
        self.cursor.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.planner)

    def __iter__(self) -> Iterator[List[int]]:
        # A generator: nothing happens before the first mini-batch.
        check_reader(sys._getframe(1), self._owner, self.planner.num_ranks)
        self.planner.check_drop_last()  # ranks may have joined since
        where = self.cursor.begin()
        where.begin_segment()
        try:
            for batch in self.plan_segment(where)[where.position:]:
                where.advance()
                yield self.planner.share_of(batch)
        finally:
            where.end()

    def plan_segment(self, where: Pass, warm_up: bool = False) -> List[Tensor]:
        r"""Returns the global mini-batches from the beginning of the segment
        under way of a pass to the end of the epoch; see :meth:`plan`."""
        if (where.embedding is None and self.strategy.uses_embedding
                and not warm_up and not self._has_warned):
            self._has_warned = True
            warn_caller(
                f"{type(self).__name__} has no embedding yet"
                f"{self._no_embedding}: batches are uniform until "
                "'update(embedding)' is called")
        return self.planner.plan(where.embedding, where.epoch, where.segment,
                                 where.used, warm_up)

    def plan(
        self,
        epoch: int,
        position: int = 0,
        used: Optional[Tensor] = None,
        *,
        warm_up: bool = False,
    ) -> List[Tensor]:
        r"""Returns the global mini-batches of an epoch from a position on.

        Args:
            epoch (int): The epoch.
            position (int, optional): Mini-batches of the epoch that another
                plan has provided. (default: :obj:`0`)
            used (torch.Tensor, optional): The instances they held, which are
                not planned again. Ignored with replacement. (default:
                :obj:`None`)
            warm_up (bool, optional): If set to :obj:`True`, the mini-batches
                are uniform whatever the embedding, and hold every instance
                once, also with replacement. (default: :obj:`False`)
        """
        if position > 0 and used is None and not self.planner.replacement:
            raise ValueError("'used' must be given with 'position' (got None "
                             f"with {position}): what the epoch held before")
        return self.planner.plan(self.embedding, epoch, position, used,
                                 warm_up)

    def lend(self, owner: str) -> None:
        r"""Leaves iterating to another object, whose name the error says that
        all others get who try."""
        self._owner = owner

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns all settings, and where the sampler stands: epoch and
        position, the embedding that the pass under way is planned on, and the
        one of the next pass if it is another."""
        return {**self.planner.settings(), **self.cursor.state_dict()}

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        r"""Takes up where :meth:`state_dict` was taken: the next pass yields
        the mini-batches that remain of its epoch.

        Raises:
            ValueError: If it is the state of something else, by name of what
                differs: a setting, an option of the strategy, the seed, the
                number of instances or the shape of the embedding.
        """
        check_state('sampler', state_dict, self.planner.settings(),
                    self.state_dict())
        check_embedding_shape('sampler', state_dict['embedding'],
                              self.embedding)
        self.cursor.load_state_dict(state_dict, len(self))
        self.planner.forget()

    def __repr__(self) -> str:
        shown = self.planner.shown(self.cursor.begin().epoch,
                                   type(self) is not StrategyBatchSampler)
        return f'{type(self).__name__}({shown})'
