r"""What all batch samplers share: length, epochs, seeds, resuming."""

import warnings
from abc import ABC, abstractmethod
from typing import Any, Dict, Iterator, List, Optional, Sized, Union

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Sampler

from pyg_batchsampler.checks import check_embedding, check_integer, check_keys
from pyg_batchsampler.ranks import get_num_ranks, share_of
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.unit_rows import UnitRows

DataSource = Union[Tensor, int, Sized]


class BaseBatchSampler(Sampler[List[int]], ABC):
    r"""A sampler of mini-batches whose plan for an epoch depends on its seed,
    the epoch and the embedding only.

    Where processes train together (:mod:`torch.distributed`), the plan is
    made for global mini-batches of :obj:`batch_size` times the number of
    ranks, so that what meets in a gathered loss is hard to tell apart. Each
    rank yields its share of every one of them, given the same embedding.

    Args:
        data_source (torch.Tensor, int or Sized): An embedding
            :math:`[N, D]`, a number of instances, or anything with a length.
        batch_size (int): Instances per mini-batch and rank,
            :math:`B \geq 1`.
        drop_last (bool, optional): If set to :obj:`True`, leaves out the
            :math:`N \bmod B` instances that fill no mini-batch, others in
            every epoch. (default: :obj:`False`)
        replacement (bool, optional): If set to :obj:`True`, mini-batches are
            drawn independently and may share instances; otherwise every
            instance is seen exactly once per epoch. (default:
            :obj:`False`)
        seed (int, optional): Source of randomness. The global state of
            PyTorch is left alone. (default: :obj:`0`)
    """
    uses_embedding = True

    def __init__(
        self,
        data_source: DataSource,
        batch_size: int,
        *,
        drop_last: bool = False,
        replacement: bool = False,
        seed: int = 0,
    ):
        embedding: Optional[Tensor] = None
        self._no_embedding = ''
        if isinstance(data_source, int) and not isinstance(data_source, bool):
            num_instances = data_source
        elif isinstance(data_source, np.ndarray) and data_source.ndim == 2:
            raise TypeError("'data_source' must be a tensor if it is an "
                            "embedding (got ndarray). Convert it, e.g., with "
                            "torch.as_tensor")
        elif isinstance(data_source, Sized):
            num_instances = len(data_source)
            if (isinstance(data_source, Tensor) and data_source.dim() == 2
                    and data_source.is_floating_point()):
                embedding = check_embedding(data_source)
            elif isinstance(data_source, Tensor):
                self._no_embedding = (
                    f' (its data source, {list(data_source.shape)} of '
                    f'{data_source.dtype}, is none: embeddings are '
                    'floating-point matrices [N, D])')
        else:
            raise TypeError("'data_source' must be an embedding, a number of "
                            "instances or anything with a length "
                            f"(got {type(data_source).__name__})")
        if num_instances < 1:
            raise ValueError("'data_source' must hold at least one instance "
                             f"(got {num_instances})")
        self.num_instances = num_instances
        self.batch_size = check_integer('batch_size', batch_size, low=1)
        self.drop_last = drop_last
        self.replacement = replacement
        self.seed = check_integer('seed', seed, low=0)
        self._check_drop_last()
        self._embedding = embedding
        self._has_warned = False
        self.epoch = -1  # of the pass begun last
        self.position = 0  # mini-batches it has yielded
        self._next_epoch: Optional[int] = None
        self._next_position = 0

    def _check_drop_last(self) -> None:
        num_ranks = get_num_ranks()
        if self.drop_last and self.global_batch_size > self.num_instances:
            on_ranks = f" on {num_ranks} ranks" if num_ranks > 1 else ""
            raise ValueError("'batch_size' must be at most the number of "
                             "instances if 'drop_last' is set (got "
                             f"{self.batch_size}{on_ranks} for "
                             f"{self.num_instances}). Lower it, e.g., to "
                             f"{max(1, self.num_instances // num_ranks)}")

    @property
    def global_batch_size(self) -> int:
        r"""Instances per mini-batch over all ranks."""
        return self.batch_size * get_num_ranks()

    @property
    def sampler(self) -> 'BaseBatchSampler':
        r"""The sampler itself, through which trainers that look for
        :obj:`batch_sampler.sampler.set_epoch` find it."""
        return self

    @property
    def embedding(self) -> Optional[Tensor]:
        r"""The embedding :math:`[N, D]` of the next pass, if any."""
        return self._embedding

    def update(self, embedding: Tensor) -> None:
        r"""Sets the embedding that the next pass is planned on.

        Args:
            embedding (torch.Tensor): One row per instance, :math:`[N, D]`,
                not to be changed in place.
        """
        self._embedding = check_embedding(embedding, self.num_instances)

    def set_epoch(self, epoch: int) -> None:
        r"""Sets the epoch of the next pass. Without, a pass takes the epoch
        after the last one.

        The epoch that :meth:`load_state_dict` has set is still resumed where
        it was left.
        """
        if check_integer('epoch', epoch, low=0) != self._next_epoch:
            self._next_epoch, self._next_position = epoch, 0

    def __len__(self) -> int:
        if self.drop_last:
            return self.num_instances // self.global_batch_size
        return -(-self.num_instances // self.global_batch_size)

    def __iter__(self) -> Iterator[List[int]]:
        self.begin_pass()
        return self._pass(self.plan(self.epoch)[self.position:])

    def begin_pass(self) -> None:
        r"""Moves on to the epoch, and the position in it, of the next
        pass."""
        self._check_drop_last()  # ranks may have joined since
        if self._next_epoch is None:
            self.epoch, self.position = self.epoch + 1, 0
        else:
            self.epoch, self.position = self._next_epoch, self._next_position
        self._next_epoch, self._next_position = None, 0

    def _pass(self, batches: List[Tensor]) -> Iterator[List[int]]:
        position = self.position
        for i, batch in enumerate(batches, start=1):
            self.position = position + i
            yield share_of(batch).tolist()

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
        generator = make_generator(self.seed, epoch, position)
        num_batches = len(self) - position
        if num_batches < 1:
            return []
        is_uniform = warm_up or not self.uses_embedding
        if not is_uniform and self._embedding is None:
            is_uniform = True
            if not self._has_warned:
                self._has_warned = True
                warnings.warn(
                    f"{type(self).__name__} has no embedding yet"
                    f"{self._no_embedding}: batches are uniform until "
                    "'update(embedding)' is called",
                    stacklevel=3)

        # Warming up, every instance is seen once, so that all are recorded.
        if self.replacement and not (warm_up and self.uses_embedding):
            plan = (self._uniform_with_replacement if is_uniform else
                    self._plan_with_replacement)
            batches = plan(epoch, num_batches, generator)
            tail = self.num_instances % self.global_batch_size
            if tail > 0 and not self.drop_last:
                batches[-1] = batches[-1][:tail]
            return batches

        remaining = torch.randperm(self.num_instances, generator=generator)
        if used is not None and used.numel() > 0:
            is_used = torch.zeros(self.num_instances, dtype=torch.bool)
            is_used[used] = True
            remaining = remaining[~is_used[remaining]]
        if self.drop_last:
            remaining = remaining[:num_batches * self.global_batch_size]
        order = remaining
        if not is_uniform and num_batches > 1:
            order = self._plan_once(epoch, remaining, generator)
        return list(order.split(self.global_batch_size))

    @abstractmethod
    def _plan_once(self, epoch: int, remaining: Tensor,
                   generator: torch.Generator) -> Tensor:
        r"""Orders the remaining instances, given in random order, so that
        every :obj:`global_batch_size` in a row make a mini-batch."""

    @abstractmethod
    def _plan_with_replacement(self, epoch: int, num_batches: int,
                               generator: torch.Generator) -> List[Tensor]:
        r"""Draws mini-batches of :obj:`global_batch_size` distinct
        instances, or all there are."""

    def _uniform_with_replacement(
        self,
        epoch: int,
        num_batches: int,
        generator: torch.Generator,
    ) -> List[Tensor]:
        size = min(self.global_batch_size, self.num_instances)
        return [
            torch.randperm(self.num_instances, generator=generator)[:size]
            for _ in range(num_batches)
        ]

    def _unit_rows(self) -> UnitRows:
        assert self._embedding is not None
        return UnitRows(self._embedding)

    def _starts(self, num_batches: int, generator: torch.Generator) -> Tensor:
        r"""Draws starts, without replacement as long as there are enough."""
        perm = torch.randperm(self.num_instances, generator=generator)
        return perm[torch.arange(num_batches) % self.num_instances]

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns where the sampler stands: the epoch, the mini-batches it
        has yielded and the embedding."""
        if self._next_epoch is not None:
            epoch, position = self._next_epoch, self._next_position
        else:
            epoch, position = self.epoch, self.position
        return {
            'seed': self.seed,
            'num_instances': self.num_instances,
            'global_batch_size': self.global_batch_size,
            'epoch': epoch,
            'position': position,
            'embedding': self._embedding,
        }

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        r"""Takes up where :meth:`state_dict` was taken: the next pass yields
        the mini-batches that remain of its epoch.

        Raises:
            ValueError: If it is the state of something else.
        """
        check_keys('state_dict', state_dict, self.state_dict())
        for name in ['num_instances', 'global_batch_size']:
            if state_dict[name] != getattr(self, name):
                raise ValueError(f"'state_dict' belongs to another sampler: "
                                 f"its '{name}' is {state_dict[name]} "
                                 f"(expected {getattr(self, name)})")
        self.seed = state_dict['seed']
        self._embedding = state_dict['embedding']
        epoch, position = state_dict['epoch'], state_dict['position']
        self.epoch, self.position = epoch, position
        if epoch >= 0 and position < len(self):
            self._next_epoch, self._next_position = epoch, position
        else:
            self._next_epoch, self._next_position = None, 0

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_instances={self.num_instances}, '
                f'batch_size={self.batch_size}, drop_last={self.drop_last}, '
                f'replacement={self.replacement}, seed={self.seed})')
