r"""Where a run stands."""

from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_integer


class Pass:
    r"""An epoch, or what is left of it, on its way.

    It consists of *segments*, each with a plan of its own: what a segment
    leaves of the epoch, the next one plans anew on another embedding.

    Args:
        cursor (Cursor): What is told of every mini-batch.
        epoch (int): The epoch.
        position (int): Mini-batches of the epoch that were yielded before.
        segment (int): The position at which the segment under way begins.
        used (torch.Tensor): The instances that the epoch held before the
            segment.
        is_resumed (bool): Whether the segment was begun in another process,
            on the embedding that is known now.
    """
    def __init__(self, cursor: 'Cursor', epoch: int, position: int,
                 segment: int, used: Tensor, is_resumed: bool):
        self._cursor = cursor
        self.epoch, self.position = epoch, position
        self.segment, self.used = segment, used
        self.is_resumed = is_resumed
        self.embedding: Optional[Tensor] = None

    @property
    def segment_step(self) -> int:
        r"""Mini-batches of the whole run before the segment."""
        return self._cursor.step - (self.position - self.segment)

    def begin_segment(self, embedding: Optional[Tensor]) -> None:
        r"""Notes the embedding that the segment is planned on."""
        self.embedding = embedding

    @property
    def refresh_step(self) -> Optional[int]:
        r"""Mini-batches of the whole run before the last refresh, if any."""
        return self._cursor.refresh_step

    def note_refresh(self) -> None:
        r"""Notes that the embedding was refreshed for this segment."""
        self._cursor.refresh_step = self.segment_step

    def advance(self) -> None:
        r"""Counts a mini-batch that is about to be yielded."""
        self.position += 1
        self._cursor.step += 1
        self._cursor.note(self)

    def end_segment(self, batches: List[Tensor]) -> None:
        r"""Goes on with the next segment, after these mini-batches."""
        self.used = torch.cat([self.used, *batches])
        self.segment += len(batches)
        self.is_resumed = False


class Cursor:
    r"""Where a run stands: epoch and position, the segment under way and
    what the epoch held before it, the steps of the whole run, the last
    refresh. It is the one owner of these, shared by a sampler and its loader,
    and all that a state holds of a run.

    A pass begins at its first mini-batch, not before: loaders ask for
    iterators that they never use, and trainers set the epoch after they have
    asked for one.

    Example:
        >>> cursor = Cursor()
        >>> first = cursor.begin()
        >>> first.advance()
        >>> cursor.epoch, cursor.position, cursor.step
        (0, 1, 1)
    """
    def __init__(self) -> None:
        self.epoch = -1  # of the pass that yielded last
        self.position = 0  # mini-batches that it has yielded
        self.segment = 0
        self.used = torch.empty(0, dtype=torch.long)
        self.step = 0  # mini-batches over the whole run
        self.refresh_step: Optional[int] = None  # of the embedding in use
        self.embedding: Optional[Tensor] = None  # of the pass
        self._last = -1  # epoch of the pass begun last
        # Where the next pass begins, if not with the epoch after it.
        self._next: Optional[Tuple[int, int]] = None

    @property
    def next_epoch(self) -> int:
        r"""The epoch of the next pass."""
        return self._last + 1 if self._next is None else self._next[0]

    @property
    def is_resuming(self) -> bool:
        r"""Whether the next pass goes on with what a state left of one."""
        return self._next is not None and self._next[1] > 0

    @property
    def is_between(self) -> bool:
        r"""Whether no pass is under way."""
        return self.position == 0 or self._next is not None

    def set_epoch(self, epoch: Any) -> None:
        r"""Sets the epoch of the next pass.

        The epoch that a state was loaded of is still resumed where it was
        left.
        """
        epoch = check_integer('epoch', epoch, low=0)
        if self._next is None or self._next[0] != epoch:
            self._next = epoch, 0

    def begin(self) -> Pass:
        r"""Begins the next pass: with the epoch that was set, the rest of the
        one that a state was loaded of, or the epoch after the last one."""
        epoch, position = self._next or (self._last + 1, 0)
        is_resumed = position > 0
        self._next, self._last = None, epoch
        self.epoch, self.position = epoch, position
        if not is_resumed:
            self.segment, self.used = 0, self.used[:0]
        return Pass(self, epoch, position, self.segment, self.used,
                    is_resumed)

    def note(self, where: Pass) -> None:
        r"""Takes over where a pass stands."""
        self.epoch, self.position = where.epoch, where.position
        self.segment, self.used = where.segment, where.used
        self.embedding = where.embedding
        # A trainer whose workers load ahead tells the epoch of a pass when it
        # is under way; that is not the next one.
        if self._next == (where.epoch, 0):
            self._next = None

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns a copy of all that it holds but the embedding."""
        epoch, position = self._next or (self.epoch, self.position)
        is_under_way = (epoch, position) == (self.epoch, self.position)
        return {
            'epoch': epoch,
            'position': position,
            'segment': self.segment if is_under_way else 0,
            'used': self.used.clone() if is_under_way else self.used[:0],
            'step': self.step,
            'refresh_step': self.refresh_step,
        }

    def load_state_dict(self, state_dict: Dict[str, Any],
                        num_batches: int) -> None:
        r"""Takes up where :meth:`state_dict` was taken, in an epoch of that
        many mini-batches: the next pass is what remains of it, or the next
        epoch if nothing does."""
        self.epoch = state_dict['epoch']
        self.position = state_dict['position']
        self.segment = state_dict['segment']
        self.used = state_dict['used'].clone()
        self.step = state_dict['step']
        self.refresh_step = state_dict['refresh_step']
        self._last = self.epoch
        is_left = self.epoch >= 0 and self.position < num_batches
        self._next = (self.epoch, self.position) if is_left else None
