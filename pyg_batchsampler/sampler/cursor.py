r"""Where a run stands."""

from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.warn_caller import warn_caller


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
        is_resumed (bool): Whether the segment under way was begun before the
            state was taken that the pass goes on from.
    """
    def __init__(self, cursor: 'Cursor', epoch: int, position: int,
                 segment: int, used: Tensor, is_resumed: bool):
        self._cursor = cursor
        self.epoch, self.position = epoch, position
        self.segment, self.used = segment, used
        self.is_resumed = is_resumed
        self.embedding: Optional[Tensor] = None  # of the segment under way

    @property
    def segment_step(self) -> int:
        r"""Mini-batches of the whole run before the segment under way."""
        return self._cursor.step - (self.position - self.segment)

    @property
    def refresh_step(self) -> Optional[int]:
        r"""Mini-batches of the whole run before the last refresh, if any."""
        return self._cursor.refresh_step

    def note_refresh(self) -> None:
        r"""Notes that the embedding was refreshed for this segment."""
        self._cursor.refresh_step = self.segment_step

    def begin_segment(self) -> None:
        r"""Takes the embedding that is known now, or, of a segment that is
        resumed, the one that it was planned on."""
        self.embedding = (self._cursor.resumed_embedding if self.is_resumed
                          else self._cursor.embedding)

    def advance(self) -> None:
        r"""Counts a mini-batch that is about to be yielded."""
        self.position += 1
        self._cursor.note(self)

    def end_segment(self, batches: List[Tensor]) -> None:
        r"""Goes on with the next segment, after these mini-batches."""
        self.used = torch.cat([self.used, *batches])
        self.segment += len(batches)
        self.is_resumed = False

    def end(self) -> None:
        r"""Ends the pass, whether it is through or not."""
        self._cursor.forget(self)


class Cursor:
    r"""Where a run stands: epoch and position, the segment under way with its
    embedding and what the epoch held before it, the embedding of the next
    one, the steps of the whole run, the last refresh. It is the one owner of
    these, shared by a sampler and its loader, and all that a state holds of a
    run.

    A pass begins at its first mini-batch, not before: loaders ask for
    iterators that they never use, and trainers set the epoch after they have
    asked for one.

    Args:
        embedding (torch.Tensor, optional): The embedding :math:`[N, D]` that
            is known from the start. (default: :obj:`None`)

    Example:
        >>> cursor = Cursor()
        >>> first = cursor.begin()
        >>> first.advance()
        >>> cursor.epoch, cursor.position, cursor.step
        (0, 1, 1)
    """
    def __init__(self, embedding: Optional[Tensor] = None) -> None:
        self.embedding = embedding  # of the next segment
        self.resumed_embedding: Optional[Tensor] = None
        self.epoch = -1  # of the pass that yielded last
        self.position = 0  # mini-batches that it has yielded
        self.step = 0  # mini-batches over the whole run
        self.refresh_step: Optional[int] = None  # of the embedding in use
        self._segment = 0
        self._used = torch.empty(0, dtype=torch.long)
        self._planned_on: Optional[Tensor] = None
        self._last = -1  # epoch of the pass that was begun last
        # Where the next pass begins, if not with the epoch after it.
        self._next: Optional[Tuple[int, int]] = None
        self._after: Optional[int] = None  # epoch of the pass after that
        self._under_way: List[Pass] = []  # that have yielded

    def set_epoch(self, epoch: Any) -> None:
        r"""Sets the epoch of the next pass.

        The epoch of a pass that is under way is no request for another one:
        trainers whose workers load ahead tell it late. The epoch of a state
        that was loaded is still resumed where it was left; to ask for another
        one instead drops the rest of it, with a warning.
        """
        epoch = check_integer('epoch', epoch, low=0)
        if self._next is not None and self._next[0] == epoch:
            return
        if self._next is None and any(each.epoch == epoch
                                      for each in self._under_way):
            return
        if self._next is not None and self._next[1] > 0:
            warn_caller(
                f"the rest of epoch {self._next[0]}, which a state was loaded "
                f"of, is dropped: 'set_epoch' asks for epoch {epoch}. Where a "
                "trainer does so by itself, iterate the loader or sampler "
                "itself to resume")
        self._next = epoch, 0

    def begin(self) -> Pass:
        r"""Returns the next pass: the epoch that was set, the rest of the one
        of a state that was loaded, or the epoch after the last one. It counts
        from its first mini-batch on: what fails before it is begun again."""
        epoch, position = self._next or (self._last + 1, 0)
        if position > 0:
            return Pass(self, epoch, position, self._segment, self._used, True)
        return Pass(self, epoch, 0, 0, self._used[:0], False)

    def note(self, where: Pass) -> None:
        r"""Takes over where a pass stands after one more mini-batch."""
        if where not in self._under_way:  # its first one
            self._under_way.append(where)
            self._last = where.epoch
            self._next = None if self._after is None else (self._after, 0)
            self._after = None
        self.step += 1
        self.epoch, self.position = where.epoch, where.position
        self._segment, self._used = where.segment, where.used
        self._planned_on = where.embedding

    def forget(self, where: Pass) -> None:
        r"""Notes that a pass has ended."""
        if where in self._under_way:
            self._under_way.remove(where)

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns all that the rest of the run depends on; embeddings are
        not copied."""
        # A pass under way goes first, then what was asked for meanwhile.
        is_going_on = any(each.epoch == self.epoch
                          for each in self._under_way)
        epoch, position = self.epoch, self.position
        if self._next is not None and not is_going_on:
            epoch, position = self._next
        planned_on = self._planned_on if position > 0 else self.embedding
        if (epoch, position) == self._next and position > 0:  # not begun yet
            planned_on = self.resumed_embedding
        next_epoch = self._after
        if is_going_on and self._next is not None:
            next_epoch = self._next[0]
        return {
            'epoch': epoch,
            'position': position,
            'next_epoch': next_epoch,
            'segment': self._segment if position > 0 else 0,
            'used': self._used.clone() if position > 0 else self._used[:0],
            'step': self.step,
            'refresh_step': self.refresh_step,
            'embedding': planned_on,
            'next_embedding': (None if planned_on is self.embedding else
                               self.embedding),
        }

    def load_state_dict(self, state_dict: Dict[str, Any],
                        num_batches: int) -> None:
        r"""Takes up where :meth:`state_dict` was taken, in an epoch of that
        many mini-batches: the next pass is what remains of it, or the next
        epoch if nothing does."""
        for name in ['epoch', 'position', 'step', 'refresh_step']:
            setattr(self, name, state_dict[name])
        self._segment = state_dict['segment']
        self._used = state_dict['used'].clone()
        self.resumed_embedding = state_dict['embedding']
        self.embedding = state_dict['next_embedding']
        if self.embedding is None:
            self.embedding = self.resumed_embedding
        self._last, self._under_way = self.epoch, []
        is_left = self.epoch >= 0 and self.position < num_batches
        self._after = state_dict['next_epoch']
        self._next = (self.epoch, self.position) if is_left else None
        if not is_left and self._after is not None:
            self._next, self._after = (self._after, 0), None
