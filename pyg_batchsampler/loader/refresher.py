r"""Where the embedding comes from, and when a new one is due."""

from typing import Any, Callable, Dict, List, Optional, Tuple

from torch import Tensor

from pyg_batchsampler.gather.batch_assembler import items_of
from pyg_batchsampler.loader.embedding_store import EmbeddingStore
from pyg_batchsampler.loader.encode_dataset import Encoder, encode_on_ranks
from pyg_batchsampler.loader.planned_segment import PlannedSegment
from pyg_batchsampler.loader.stopwatch import Stopwatch
from pyg_batchsampler.sampler.cursor import Pass
from pyg_batchsampler.sampler.strategy_batch_sampler import \
    StrategyBatchSampler
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.warn_caller import warn_caller

MIN_ENCODER_INTERVAL = 100  # mini-batches
MIN_ENCODING_BATCH_SIZE = 256  # more leave the caches, and are no faster


class Refresher:
    r"""Gives a sampler new embeddings, exactly at the mini-batches at which
    they are due.

    Args:
        sampler (StrategyBatchSampler): What is given embeddings.
        encoder (callable, optional): Maps a mini-batch to embeddings. If not
            given, they are recorded from training steps, unless the sampler
            has an embedding already.
        encode_dataset (Dataset): What the encoder is run over.
        refresh_interval (int, optional): Mini-batches between two refreshes.
        warmup_epochs (int): Epochs of uniform mini-batches.
    """
    def __init__(self, sampler: StrategyBatchSampler,
                 encoder: Optional[Encoder], encode_dataset: Any,
                 refresh_interval: Optional[int], warmup_epochs: int):
        self.sampler = sampler
        self.encoder = encoder
        self.encode_dataset = encode_dataset
        self.refresh_interval = refresh_interval
        self.warmup_epochs = warmup_epochs
        self.store = EmbeddingStore(sampler.num_instances)
        self.source = 'recorded'
        if encoder is not None:
            self.source = 'encoder'
        elif sampler.embedding is not None:
            self.source = 'given'
        self.planned: Optional[PlannedSegment] = None  # what was begun last
        self._items: Tuple[Any, Any, Any] = None, None, None
        self._has_warned = False

    @property
    def interval(self) -> Optional[int]:
        r"""Mini-batches between two refreshes; once per epoch if
        :obj:`None`."""
        if self.refresh_interval is None and self.source == 'encoder':
            return max(MIN_ENCODER_INTERVAL, len(self.sampler))
        return self.refresh_interval

    def is_warm_up(self, where: Pass) -> bool:
        r"""Whether mini-batches are uniform for now, on purpose."""
        return where.epoch < self.warmup_epochs or (
            self.source == 'recorded' and where.embedding is None)

    def segment_length(self, where: Pass) -> int:
        r"""Returns after how many mini-batches the segment under way ends."""
        if self._never_changes(where) or self.interval is None:
            return len(self.sampler)
        last = where.refresh_step
        last = where.segment_step if last is None else last
        return max(1, last + self.interval - where.segment_step)

    def is_due(self, where: Pass) -> bool:
        r"""Whether the segment that begins has to have a new embedding."""
        if self._never_changes(where):
            return False
        last = where.refresh_step
        if last is None:
            return True
        if self.interval is None:  # at the start of every epoch
            return where.segment == 0 and where.segment_step != last
        return where.segment_step - last >= self.interval

    def _never_changes(self, where: Pass) -> bool:
        return (self.source == 'given' or where.epoch < self.warmup_epochs
                or not self.sampler.strategy.uses_embedding)

    def plan_segment(self, where: Pass, collate_fn: Callable[[Any], Any],
                     seconds: Stopwatch) -> List[Tensor]:
        r"""Returns the mini-batches of the segment that begins: a plan lasts
        until the next refresh.

        Args:
            where (Pass): The pass.
            collate_fn (callable): Merges items to a mini-batch.
            seconds (Stopwatch): Counts the time of encoding and sampling.
        """
        if not where.is_resumed and self.is_due(where):
            with seconds.timed('encoding' if self.source == 'encoder' else
                               'sampling'):
                self.refresh(where, collate_fn)
        where.begin_segment()
        with seconds.timed('sampling'):
            plan = self.sampler.plan_segment(where, self.is_warm_up(where))
        plan = plan[:self.segment_length(where)]
        self.planned = PlannedSegment(plan, where.embedding,
                                      self.sampler.planner.center)
        return plan

    def is_hard(self, where: Pass) -> bool:
        r"""Whether the segment under way is planned on an embedding that
        decides who meets."""
        return (self.sampler.planner.strategy.chooses()
                and where.embedding is not None
                and not self.is_warm_up(where))

    def refresh(self, where: Pass, collate_fn: Callable[[Any], Any]) -> None:
        r"""Gives the sampler what the encoder makes of the data set now, or
        what was recorded if every instance was.

        Args:
            where (Pass): The pass whose segment begins.
            collate_fn (callable): Merges items to a mini-batch.
        """
        if self.source == 'encoder':
            assert self.encoder is not None
            if self._items[0] is not collate_fn:
                self._items = (collate_fn, *items_of(self.encode_dataset,
                                                     collate_fn))
            planner = self.sampler.planner
            embedding = encode_on_ranks(
                self.encoder, *self._items[1:],
                max(planner.batch_size, MIN_ENCODING_BATCH_SIZE),
                seed=derive_seed(planner.seed, where.epoch, where.segment))
        elif self.store.is_complete:
            assert self.store.embedding is not None
            embedding = self.store.embedding.clone()
        else:
            self._warn_if_forgotten(where)
            return
        self.sampler.update(embedding)
        where.note_refresh()

    def _warn_if_forgotten(self, where: Pass) -> None:
        num_recorded, step = self.store.num_recorded, where.segment_step
        length, planner = len(self.sampler), self.sampler.planner
        held = min(length * planner.global_batch_size, planner.num_instances)
        if step == num_recorded == 0 and where.epoch > 0:
            message = (
                "a loader that has recorded nothing begins with a later epoch "
                "than the first one: its mini-batches are uniform until every "
                "instance was recorded. If it was made anew in every epoch, "
                "e.g., by 'reload_dataloaders_every_n_epochs', make it once")
        elif step < length * (1 + (num_recorded > 0)) or num_recorded >= held:
            return
        elif num_recorded == 0:
            message = (
                "no embeddings were recorded in a whole epoch: batches stay "
                "uniform. Call 'loader.update(embedding, input_id)' in the "
                "training step, or give an 'encoder' or an 'embedding'")
        else:
            message = (
                f"only {num_recorded} of {planner.num_instances} instances "
                "were recorded after as many mini-batches as two epochs have: "
                "batches stay uniform until all are. Record every mini-batch, "
                "and do not end epochs early")
        if not self._has_warned:
            self._has_warned = True
            warn_caller(message)

    def settings(self) -> Dict[str, Any]:
        r"""Returns what has to agree for a run to be resumed."""
        return {
            'source': self.source,
            'refresh_interval': self.refresh_interval,
            'warmup_epochs': self.warmup_epochs,
        }
