r"""All that a plan depends on, but for the epoch and the embedding."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.ranks import get_num_ranks, share_of
from pyg_batchsampler.sampler.check_state import as_value
from pyg_batchsampler.sampler.make_plan import (Repair, make_plan,
                                                remaining_instances)
from pyg_batchsampler.sampler.strategy import Request, Strategy
from pyg_batchsampler.sampler.warn_of_plan import (warn_of_direction,
                                                   warn_of_size)
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.unit_rows import UnitRows


@dataclass(eq=False)
class Planner:
    r"""Makes the plans of epochs; see :class:`StrategyBatchSampler` for its
    arguments."""
    num_instances: int
    batch_size: int
    strategy: Strategy
    drop_last: bool
    replacement: bool
    seed: int
    distributed: Optional[bool]
    repair: Optional[Repair]
    center: bool = False
    # What strategies keep for one embedding.
    memo: Dict[str, Any] = field(default_factory=dict)
    memo_of: Optional[Tensor] = None
    # What was warned of.
    warned: Dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.batch_size = check_integer('batch_size', self.batch_size, low=1)
        self.seed = check_integer('seed', self.seed, low=0)
        for name in ['drop_last', 'replacement', 'center']:
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"'{name}' must be True or False "
                                f"(got {getattr(self, name)!r})")
        if self.distributed is not None and self.distributed is not False:
            raise ValueError("'distributed' must be None (the sampler shards, "
                             "under torch.distributed) or False (the trainer "
                             f"does) (got {self.distributed!r})")
        if self.repair is not None and not callable(self.repair):
            raise TypeError("'repair' must be callable "
                            f"(got {type(self.repair).__name__})")
        self.check_drop_last()
        if self.replacement and not self.strategy.can_draw():
            raise ValueError("'replacement' must be False: the strategy "
                             f"{type(self.strategy).__name__} draws no "
                             "independent mini-batches (it has no method "
                             "'draw')")
        self.strategy.check(self.num_instances)

    def check_drop_last(self) -> None:
        r"""Raises an error if there is no full mini-batch."""
        num_ranks = self.num_ranks
        if self.drop_last and self.global_batch_size > self.num_instances:
            on_ranks = f" on {num_ranks} ranks" if num_ranks > 1 else ""
            raise ValueError("'batch_size' must be at most the number of "
                             "instances if 'drop_last' is set (got "
                             f"{self.batch_size}{on_ranks} for "
                             f"{self.num_instances}). Lower it, e.g., to "
                             f"{max(1, self.num_instances // num_ranks)}")

    @property
    def num_ranks(self) -> int:
        r"""Processes among which mini-batches are divided."""
        return get_num_ranks() if self.distributed is None else 1

    @property
    def global_batch_size(self) -> int:
        r"""Instances per mini-batch over all ranks."""
        return self.batch_size * self.num_ranks

    def share_of(self, batch: Tensor) -> List[int]:
        r"""Returns what this rank yields of a planned mini-batch."""
        if self.distributed is None:
            batch = share_of(batch)
        out: List[int] = batch.tolist()
        return out

    def __len__(self) -> int:
        if self.drop_last:
            return self.num_instances // self.global_batch_size
        return -(-self.num_instances // self.global_batch_size)

    def forget(self) -> None:
        r"""Drops what strategies keep for the embedding planned on last."""
        self.memo, self.memo_of = {}, None

    def settings(self) -> Dict[str, Any]:
        r"""Returns what has to agree for a run to be resumed."""
        strategy = self.strategy
        return {
            'strategy': strategy.name or as_value(type(strategy)),
            'options': {name: as_value(value)
                        for name, value in strategy.options().items()},
            'num_instances': self.num_instances,
            'global_batch_size': self.global_batch_size,
            'drop_last': self.drop_last,
            'replacement': self.replacement,
            'repair': as_value(self.repair),
            'center': self.center,
            'seed': self.seed,
        }

    def shown(self, epoch: int, is_named: bool) -> str:
        r"""Returns the arguments that a sampler is printed with: those of its
        strategy as they count in an epoch, by themselves if the name of the
        sampler tells which one it is."""
        options = self.strategy.resolved(self.num_instances,
                                         self.global_batch_size, epoch)
        strategy = {name: repr(value) for name, value in options.items()}
        if not is_named:
            text = repr(self.strategy)
            if options != self.strategy.options():
                text = f'{type(self.strategy).__name__}({_joined(strategy)})'
            strategy = {'strategy': text}
        out = {'num_instances': self.num_instances,
               'batch_size': self.batch_size, **strategy}
        for name in ['drop_last', 'replacement', 'seed']:
            out[name] = getattr(self, name)
        for name in ['distributed', 'repair']:
            if getattr(self, name) is not None:
                out[name] = repr(getattr(self, name))
        if self.center:
            out['center'] = True
        return _joined(out)

    def plan(self, embedding: Optional[Tensor], epoch: int, position: int,
             used: Optional[Tensor], warm_up: bool) -> List[Tensor]:
        r"""Returns the global mini-batches of an epoch from a position on;
        see :meth:`StrategyBatchSampler.plan`."""
        num_batches = len(self) - position
        if num_batches < 1:
            return []
        uses_embedding = self.strategy.uses_embedding
        is_uniform = warm_up or embedding is None or not uses_embedding
        if embedding is not self.memo_of:
            self.memo, self.memo_of = {}, embedding
        # Warming up, every instance is seen once, so that all are recorded.
        once = not self.replacement or (warm_up and uses_embedding)
        generator = make_generator(self.seed, epoch, position)
        remaining = torch.arange(self.num_instances)
        if once:
            most = num_batches * self.global_batch_size
            remaining = remaining_instances(
                self.num_instances, used, most if self.drop_last else None,
                generator)
        rows = None
        if embedding is not None and not is_uniform:
            rows = UnitRows(embedding, self.center)
            self._warn(rows)
        request = Request(rows, self.num_instances, remaining,
                          self.global_batch_size, num_batches, epoch,
                          self.seed, generator, self.memo)
        is_own = not uses_embedding or not is_uniform
        return make_plan(self.strategy if is_own else 'uniform', request, once,
                         self.drop_last, self.repair)

    def _warn(self, rows: UnitRows) -> None:
        r"""Warns once of what keeps mini-batches from being hard."""
        if not self.strategy.chooses():
            return
        if not self.warned.get('size'):
            self.warned['size'] = warn_of_size(
                self.global_batch_size, self.num_instances, self.num_ranks)
        if not (self.warned.get('direction') or self.center):
            self.warned['direction'] = warn_of_direction(rows)


def _joined(arguments: Dict[str, Any]) -> str:
    return ', '.join(f'{name}={text}' for name, text in arguments.items())
