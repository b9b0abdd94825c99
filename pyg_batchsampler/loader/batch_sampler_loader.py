import time
import warnings
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional, Union

import torch
import torch_geometric.loader
from torch import Tensor
from torch_geometric.data.data import BaseData

from pyg_batchsampler.checks import check_embedding, check_integer, check_keys
from pyg_batchsampler.gather.batch_assembler import items_of
from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.loader.embedding_store import EmbeddingStore
from pyg_batchsampler.loader.encode_dataset import Encoder, encode_on_ranks
from pyg_batchsampler.loader.inner_loaders import InnerLoaders
from pyg_batchsampler.loader.loader_arguments import (check_dataset,
                                                      check_sources,
                                                      check_torch_arguments,
                                                      resolve_batch_sampler)
from pyg_batchsampler.ranks import share_of
from pyg_batchsampler.sampler.base import BaseBatchSampler
from pyg_batchsampler.sampler.restart_schedule import RestartProb
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.similarity.join_pairs import Pair

MIN_ENCODER_INTERVAL = 100  # mini-batches
MIN_ENCODING_BATCH_SIZE = 256  # more leave the caches, and are no faster


class BatchSamplerLoader(torch_geometric.loader.DataLoader):
    r"""A data loader whose mini-batches hold instances that are hard to tell
    apart, from the `"BatchSampler: Sampling Mini-Batches for Contrastive
    Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper.

    It takes the place of :class:`torch_geometric.loader.DataLoader`, for
    graphs as well as tensors, tuples, images or text. Mini-batches of graphs
    carry their positions in the data set as :obj:`input_id`; for all others
    see :attr:`input_id`. Whether the mini-batches of the pass under way are
    hard, or uniform still, is in :attr:`is_hard`.

    Similarities come from an embedding of the data set, one of

    * a tensor given once (:obj:`embedding`),
    * an :obj:`encoder` that is run over the data set at every refresh,
    * neither: what the training step hands to :meth:`update`, at no extra
      cost. Mini-batches stay uniform until every instance has been recorded.

    Args:
        dataset (Dataset): The data set from which to load, anything with a
            length and items.
        batch_size (int, optional): Instances per mini-batch, and per rank
            where processes train together. (default: :obj:`1`)
        batch_sampler (str or BaseBatchSampler, optional):
            :obj:`"proximity"` (the paper's), :obj:`"knn"`,
            :obj:`"uniform"`, or a sampler of this package, whose own
            arguments then apply: others must not be given. (default:
            :obj:`"proximity"`)
        encoder (callable, optional): Maps a mini-batch to embeddings
            :math:`[B, D]`, or pairs to the tuple of both sides' embeddings:
            a module, or a bound method of one. (default: :obj:`None`)
        embedding (torch.Tensor, optional): Embedding :math:`[N, D]`.
            (default: :obj:`None`)
        encode_dataset (Dataset, optional): What :obj:`encoder` is run over,
            in the order of :obj:`dataset`, *e.g.*, the data set without its
            random transforms; :obj:`dataset` if not given.
            (default: :obj:`None`)
        num_candidates (int, optional): Candidates :math:`M` per instance, see
            :meth:`build_proximity_graph`. (default: :obj:`None`)
        num_neighbors (int, optional): Neighbors :math:`K` per instance.
            (default: :obj:`None`)
        restart_prob (float or callable, optional): Restart probability
            :math:`\alpha \in [0, 1)` of the walks, or a function of the
            epoch. (default: :obj:`0.2`)
        refresh_interval (int, optional): Mini-batches between two refreshes
            of the embedding, counted over the whole run. If not given, an
            epoch for recorded embeddings, and :math:`\max(100, \lceil N / B
            \rceil)` for an encoder. (default: :obj:`None`)
        warmup_epochs (int, optional): Epochs of uniform mini-batches; if not
            given, :obj:`0` with an embedding and :obj:`1` otherwise.
            (default: :obj:`None`)
        replacement (bool, optional): If set to :obj:`True`, mini-batches are
            the paper's independent walks; otherwise every instance is seen
            exactly once per epoch. (default: :obj:`False`)
        drop_last (bool, optional): If set to :obj:`True`, leaves out the
            instances that fill no mini-batch. (default: :obj:`False`)
        seed (int, optional): Source of randomness. (default: :obj:`0`)
        follow_batch (List[str], optional): Creates assignment batch vectors
            for each key in the list. (default: :obj:`None`)
        exclude_keys (List[str], optional): Will exclude each key in the
            list. (default: :obj:`None`)
        **kwargs (optional): Additional arguments of
            :class:`torch.utils.data.DataLoader`, *e.g.*, :obj:`num_workers`
            or :obj:`collate_fn`.

    .. note::
        A refresh takes effect exactly at its mini-batch, whatever
        :obj:`num_workers`: mini-batches between two refreshes are a pass of
        their own. Worker processes persist throughout an epoch, and beyond it
        with :obj:`persistent_workers=True`. Graphs that a
        :class:`BatchAssembler` gathers need none: to receive a mini-batch
        would take longer than to make it.

    .. note::
        Where processes train together (:mod:`torch.distributed`), each rank
        loads its share of global mini-batches that are hard as a whole.
        Ranks share what :meth:`update` records and divide the work of an
        :obj:`encoder`; every rank has to take every training step, and the
        state of any of them resumes all.

    Example:
        >>> from torch_geometric.data import Data
        >>> dataset = [Data(x=torch.randn(3, 4)) for _ in range(10)]
        >>> loader = BatchSamplerLoader(dataset, batch_size=4,
        ...                             embedding=torch.randn(10, 8))
        >>> for batch in loader:
        ...     print(batch.num_graphs, batch.input_id.size())
        4 torch.Size([4])
        4 torch.Size([4])
        2 torch.Size([2])
    """
    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        *,
        batch_sampler: Union[str, BaseBatchSampler] = 'proximity',
        encoder: Optional[Encoder] = None,
        embedding: Optional[Tensor] = None,
        encode_dataset: Optional[Any] = None,
        num_candidates: Optional[int] = None,
        num_neighbors: Optional[int] = None,
        restart_prob: RestartProb = 0.2,
        refresh_interval: Optional[int] = None,
        warmup_epochs: Optional[int] = None,
        replacement: bool = False,
        drop_last: bool = False,
        seed: int = 0,
        follow_batch: Optional[List[str]] = None,
        exclude_keys: Optional[List[str]] = None,
        **kwargs: Any,
    ):
        num_instances = check_dataset(dataset)
        check_torch_arguments(kwargs)
        check_sources(num_instances, encoder, embedding, encode_dataset)
        batch_sampler = resolve_batch_sampler(
            batch_sampler, num_instances, batch_size,
            dict(num_candidates=num_candidates, num_neighbors=num_neighbors,
                 restart_prob=restart_prob), replacement=replacement,
            drop_last=drop_last, seed=seed)
        if embedding is not None:
            batch_sampler.update(check_embedding(embedding, num_instances))
        has_embedding = batch_sampler.embedding is not None
        if refresh_interval is not None:
            check_integer('refresh_interval', refresh_interval, low=1)
            if has_embedding and encoder is None:
                raise ValueError("'refresh_interval' needs embeddings that "
                                 "change. Give an 'encoder', or neither it "
                                 "nor 'embedding'")
        if warmup_epochs is None:
            warmup_epochs = 0 if has_embedding else 1

        user_collate_fn = kwargs.pop('collate_fn', None)
        self._sampler = batch_sampler
        self.encoder = encoder
        self.encode_dataset = encode_dataset
        self.refresh_interval = refresh_interval
        self.warmup_epochs = check_integer('warmup_epochs', warmup_epochs,
                                           low=0)
        self.seconds = dict(sampling=0.0, encoding=0.0, recording=0.0)
        self.input_id: Optional[Tensor] = None
        self.is_hard = False
        self._is_static = encoder is None and has_embedding
        self._store = EmbeddingStore(num_instances)
        self._step = 0  # mini-batches delivered over the whole run
        self._refresh_step: Optional[int] = None  # of the embedding in use
        # Where the segment under way begins, and what the epoch held before.
        self._segment = 0
        self._used = torch.empty(0, dtype=torch.long)
        self._is_resuming = False
        self._has_warned = False

        super().__init__(dataset, batch_sampler=batch_sampler,
                         follow_batch=follow_batch, exclude_keys=exclude_keys,
                         **kwargs)
        self.collate_fn = user_collate_fn or Collater(dataset, follow_batch,
                                                      exclude_keys)
        self._inner = InnerLoaders(dataset, self.collate_fn, kwargs)
        self._encoded = items_of(
            dataset if encode_dataset is None else encode_dataset,
            self.collate_fn)

    def __len__(self) -> int:
        return len(self._sampler)

    def set_epoch(self, epoch: int) -> None:
        r"""Sets the epoch of the next pass. Without, a pass takes the epoch
        after the last one."""
        self._sampler.set_epoch(epoch)

    def update(self, embedding: Union[Tensor, Pair], index: Tensor) -> None:
        r"""Records embeddings from a training step, for the next refresh.

        Args:
            embedding (torch.Tensor or tuple): Embeddings :math:`[B, D]`; of
                two views, or of the sides of pairs, the tuple of both, which
                :meth:`join_pairs` makes one.
            index (torch.Tensor): The instances they belong to, :math:`[B]`:
                :obj:`input_id`.

        Raises:
            RuntimeError: If the loader was given an encoder or an embedding.
        """
        if self._is_static or self.encoder is not None:
            raise RuntimeError("'update' records embeddings for loaders "
                               "without 'encoder' and 'embedding'. Give "
                               "neither to use it")
        with self._timed('recording'):
            self._store.update(embedding, index, self._step)

    def __iter__(self) -> Iterator[Any]:
        # A generator: a pass begins at its first mini-batch, since trainers
        # may set the epoch after they have asked for the iterator.
        self._sampler.begin_pass()
        is_resuming, self._is_resuming = self._is_resuming, False
        if not is_resuming or self._sampler.position == 0:
            is_resuming = False
            self._segment, self._used = 0, self._used[:0]
        yield from self._pass(self._sampler.epoch, self._sampler.position,
                              self._segment, self._used, is_resuming)

    def _pass(self, epoch: int, position: int, segment: int, used: Tensor,
              is_resuming: bool) -> Iterator[Any]:
        r"""Yields the mini-batches of an epoch from a position on, segment by
        segment: a plan lasts until the next refresh."""
        inner = self._inner.take()
        try:
            while segment < len(self):
                step = self._step - (position - segment)  # at its beginning
                warm_up = epoch < self.warmup_epochs
                if not is_resuming:
                    self._refresh_if_due(epoch, segment, step)
                is_resuming = False
                with self._timed('sampling'):
                    plan = self._sampler.plan(
                        epoch, segment, used,
                        warm_up=warm_up or self._is_early())
                self.is_hard = (self._sampler.uses_embedding and not warm_up
                                and self._sampler.embedding is not None)
                plan = plan[:self._segment_length(epoch, step)]
                self._segment, self._used = segment, used

                batches = [share_of(x).tolist()
                           for x in plan[position - segment:]]
                seed = derive_seed(self._sampler.seed, epoch, position)
                for index, batch in zip(
                        batches, self._inner.load(inner, batches, seed)):
                    position += 1
                    self._step += 1
                    self._sampler.position = position
                    self.input_id = torch.tensor(index)
                    if isinstance(batch, BaseData):
                        batch.input_id = self.input_id
                    yield batch
                used = torch.cat([used, *plan])
                segment += len(plan)
        finally:
            self._inner.give_back(inner)

    def _is_early(self) -> bool:
        r"""Whether recording has not reached every instance yet, which is no
        reason for a warning in itself."""
        return (not self._is_static and self.encoder is None
                and self._sampler.embedding is None)

    def _segment_length(self, epoch: int, step: int) -> int:
        if (self._is_static or not self._sampler.uses_embedding
                or epoch < self.warmup_epochs or self._interval is None):
            return len(self)
        last = step if self._refresh_step is None else self._refresh_step
        return max(1, last + self._interval - step)

    @property
    def _interval(self) -> Optional[int]:
        r"""Mini-batches between two refreshes; once per epoch if
        :obj:`None`."""
        if self.refresh_interval is None and self.encoder is not None:
            return max(MIN_ENCODER_INTERVAL, len(self))
        return self.refresh_interval

    def _refresh_if_due(self, epoch: int, position: int, step: int) -> None:
        if (self._is_static or not self._sampler.uses_embedding
                or epoch < self.warmup_epochs):
            return
        last = self._refresh_step
        if last is not None:
            if self._interval is None:  # at the start of every epoch
                if position > 0 or step == last:
                    return
            elif step - last < self._interval:
                return

        if self.encoder is not None:
            with self._timed('encoding'):
                items, collate_fn = self._encoded
                embedding = encode_on_ranks(
                    self.encoder, items, collate_fn,
                    max(self._sampler.batch_size, MIN_ENCODING_BATCH_SIZE),
                    seed=derive_seed(self._sampler.seed, epoch, position))
        elif self._store.is_complete:
            assert self._store.embedding is not None
            embedding = self._store.embedding.clone()
        else:
            self._warn_if_forgotten(step)
            return
        self._sampler.update(embedding)
        self._refresh_step = step

    def _warn_if_forgotten(self, step: int) -> None:
        num_recorded = self._store.num_recorded
        num_held = len(self) * self._sampler.global_batch_size  # by an epoch
        if (self._has_warned or step < len(self) * (1 + (num_recorded > 0))
                or num_recorded >= min(num_held, self._store.num_instances)):
            return
        self._has_warned = True
        if num_recorded == 0:
            warnings.warn(
                "no embeddings were recorded in a whole epoch: batches stay "
                "uniform. Call 'loader.update(embedding, input_id)' in the "
                "training step, or give an 'encoder' or an 'embedding'",
                stacklevel=4)
        else:
            warnings.warn(
                f"only {num_recorded} of {self._store.num_instances} "
                "instances were recorded after as many mini-batches as two "
                "epochs have: batches stay uniform until all are. Record "
                "every mini-batch, and do not end epochs early",
                stacklevel=4)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns all that the remaining mini-batches of the run depend on:
        seed, epoch, position, the instances that the epoch has used, counters
        and embeddings, recorded ones with their age."""
        return {
            'sampler': self._sampler.state_dict(),
            'segment': self._segment,
            'used': self._used.clone(),
            'step': self._step,
            'refresh_step': self._refresh_step,
            'store': self._store.state_dict(),
        }

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        r"""Takes up where :meth:`state_dict` was taken: the next pass yields
        the mini-batches that remain of its epoch.

        Raises:
            ValueError: If it is the state of something else.
        """
        check_keys('state_dict', state_dict, self.state_dict())
        self._sampler.load_state_dict(state_dict['sampler'])
        self._segment = state_dict['segment']
        self._used = state_dict['used'].clone()
        self._step = state_dict['step']
        self._refresh_step = state_dict['refresh_step']
        self._store.load_state_dict(state_dict['store'])
        self._is_resuming = True

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self._sampler})'
