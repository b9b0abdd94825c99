from typing import Any, Dict, Iterator, List, Optional, Union

import torch_geometric.loader
from torch import Tensor
from torch_geometric.data.data import BaseData

from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.loader.encode_dataset import Encoder
from pyg_batchsampler.loader.inner_loaders import InnerLoaders
from pyg_batchsampler.loader.inspection import Inspection
from pyg_batchsampler.loader.loader_arguments import (Sampling, check_dataset,
                                                      check_schedule,
                                                      check_sources,
                                                      resolve_batch_sampler,
                                                      split_arguments)
from pyg_batchsampler.loader.refresher import Refresher
from pyg_batchsampler.loader.set_input_id import as_input_id, set_input_id
from pyg_batchsampler.loader.stopwatch import Stopwatch
from pyg_batchsampler.ranks import get_rank
from pyg_batchsampler.sampler.check_state import check_state
from pyg_batchsampler.sampler.make_plan import Repair
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.similarity.join_pairs import Pair

FIXED = ['exclude_keys', 'follow_batch', 'in_order']


class BatchSamplerLoader(Inspection, torch_geometric.loader.DataLoader):
    r"""A data loader whose mini-batches hold instances that are hard to tell
    apart, from the `"BatchSampler: Sampling Mini-Batches for Contrastive
    Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper.

    It takes the place of :class:`torch_geometric.loader.DataLoader`, for
    graphs as well as tensors, tuples, images or text. Mini-batches of graphs
    carry their positions in the data set as :obj:`input_id`, for all others
    see :attr:`input_id`; :attr:`is_hard` tells whether they are hard yet
    (groups of one instance, :obj:`walk_size=1`, never are),
    :attr:`hardness` how hard, and :meth:`explain` who meets whom.

    Similarities come from an embedding of the data set, one of

    * a tensor given once (:obj:`embedding`),
    * an :obj:`encoder` that is run over the data set at every refresh,
    * neither: what the training step hands to :meth:`update`.

    Args:
        dataset (Dataset): Anything with a length and items.
        batch_size (int, optional): Instances per mini-batch, and per rank
            where processes train together. (default: :obj:`1`)
        batch_sampler (str, Strategy or StrategyBatchSampler, optional): Which
            instances meet: a :class:`Strategy` or its name, *e.g.*,
            :obj:`"proximity"`, :obj:`"knn"` or :obj:`"uniform"`; or a
            sampler of this package, whose own arguments then apply.
            (default: :obj:`"proximity"`)
        encoder (callable, optional): Maps a mini-batch to embeddings
            :math:`[B, D]`, or pairs to the tuple of both sides' embeddings:
            a module, or a bound method of one. (default: :obj:`None`)
        embedding (torch.Tensor, optional): Rows :math:`[N, D]`.
        encode_dataset (Dataset, optional): What :obj:`encoder` is run over,
            *e.g.*, the data set without its random transforms;
            :obj:`dataset` if not given. (default: :obj:`None`)
        refresh_interval (int, optional): Mini-batches between two refreshes
            of the embedding, counted over the whole run. If not given, an
            epoch for recorded embeddings, and :math:`\max(100, \lceil N / B
            \rceil)` for an encoder. (default: :obj:`None`)
        warmup_epochs (int, optional): Epochs of uniform mini-batches; if not
            given, :obj:`0` with an embedding and :obj:`1` otherwise.
            (default: :obj:`None`)
        drop_last, replacement, seed, distributed, repair, center (optional):
            See :class:`StrategyBatchSampler`.
        follow_batch (List[str], optional): Creates assignment batch vectors
            for each key in the list. (default: :obj:`None`)
        exclude_keys (List[str], optional): Will exclude each key in the
            list. (default: :obj:`None`)
        **kwargs (optional): Options of the strategy, *e.g.*,
            :obj:`num_neighbors`, see :class:`Proximity`; and additional
            arguments of :class:`torch.utils.data.DataLoader`, *e.g.*,
            :obj:`num_workers` or :obj:`collate_fn`.

    Raises:
        TypeError, ValueError: If arguments cannot be.

    .. note::
        A refresh takes effect exactly at its mini-batch, whatever
        :obj:`num_workers`. Graphs that a :class:`BatchAssembler` gathers need
        no workers. On several ranks, each has to take every training step.

    Example:
        >>> from torch_geometric.data import Data
        >>> dataset = [Data(x=torch.randn(3, 4)) for _ in range(20)]
        >>> loader = BatchSamplerLoader(dataset, batch_size=6,
        ...                             embedding=torch.randn(20, 8))
        >>> for batch in loader:
        ...     print(batch.num_graphs, batch.input_id.size())
        6 torch.Size([6])
        6 torch.Size([6])
        6 torch.Size([6])
        2 torch.Size([2])
    """
    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        *,
        batch_sampler: Sampling = 'proximity',
        encoder: Optional[Encoder] = None,
        embedding: Optional[Tensor] = None,
        encode_dataset: Optional[Any] = None,
        refresh_interval: Optional[int] = None,
        warmup_epochs: Optional[int] = None,
        drop_last: Optional[bool] = None,
        replacement: Optional[bool] = None,
        seed: Optional[int] = None,
        distributed: Optional[bool] = None,
        repair: Optional[Repair] = None,
        center: Optional[bool] = None,
        follow_batch: Optional[List[str]] = None,
        exclude_keys: Optional[List[str]] = None,
        **kwargs: Any,
    ):
        num_instances = check_dataset(dataset)
        check_sources(num_instances, encoder, embedding, encode_dataset,
                      batch_sampler)
        kwargs, options = split_arguments(kwargs)
        sampler = resolve_batch_sampler(
            batch_sampler, num_instances, batch_size,
            dict(drop_last=drop_last, replacement=replacement, seed=seed,
                 distributed=distributed, repair=repair, center=center),
            options)
        if embedding is not None:
            sampler.update(embedding)
        schedule = check_schedule(refresh_interval, warmup_epochs,
                                  sampler.embedding, encoder)

        collate_fn = kwargs.pop('collate_fn', None)
        super().__init__(dataset, batch_sampler=sampler,
                         follow_batch=follow_batch, exclude_keys=exclude_keys,
                         **kwargs)
        self.collate_fn = collate_fn or Collater(dataset, follow_batch,
                                                 exclude_keys)
        sampler.lend(type(self).__name__)
        self._sampler = sampler
        self._refresher = Refresher(
            sampler, encoder, dataset if encode_dataset is None else
            encode_dataset, *schedule)
        self._inner = InnerLoaders(self)
        self.seconds = Stopwatch(sampling=0.0, encoding=0.0, recording=0.0)
        self.input_id: Optional[Tensor] = None
        self.is_hard = False

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, '_inner') and name in FIXED:
            raise ValueError(f"'{name}' must not be set after the loader is "
                             f"made (got {value!r}). Give it to the loader")
        super().__setattr__(name, value)

    def __len__(self) -> int:
        return len(self._sampler)

    def set_epoch(self, epoch: int) -> None:
        r"""See :meth:`StrategyBatchSampler.set_epoch`."""
        self._sampler.set_epoch(epoch)

    def update(self, embedding: Union[Tensor, Pair], index: Tensor) -> None:
        r"""Records embeddings from a training step, for the next refresh.

        Args:
            embedding (torch.Tensor or tuple): :math:`[B, D]`; of two views,
                or of the sides of pairs, the tuple of both.
            index (torch.Tensor): The instances they belong to, :math:`[B]`,
                of any type of integers: :obj:`input_id`.

        Raises:
            RuntimeError: If the loader has an encoder or an embedding given.
            TypeError, ValueError: If they do not fit each other.

        Example:
            >>> loader = BatchSamplerLoader(torch.randn(20, 4), batch_size=5)
            >>> for batch in loader:
            ...     loader.update(2 * batch, loader.input_id)
            >>> loader.recorded.size()
            torch.Size([20, 4])
        """
        if self.source != 'recorded':
            raise RuntimeError("'update' records embeddings for loaders "
                               "without 'encoder' and 'embedding'. Give "
                               "neither to use it")
        with self.seconds.timed('recording'):
            self._refresher.store.update(embedding, index,
                                         self._sampler.cursor.step)

    def __iter__(self) -> Iterator[Any]:
        sampler, inner = self._sampler, self._inner.take()
        where = sampler.cursor.begin()
        try:
            while where.segment < len(self):
                plan = self._refresher.plan_segment(where, self.collate_fn,
                                                    self.seconds)
                self.is_hard = self._refresher.is_hard(where)
                batches = [sampler.planner.share_of(batch)
                           for batch in plan[where.position - where.segment:]]
                seed = derive_seed(sampler.planner.seed, where.epoch,
                                   where.position, get_rank())
                for index, batch in zip(
                        batches, self._inner.load(inner, batches, seed)):
                    self.input_id = as_input_id(index)
                    if isinstance(batch, BaseData):
                        set_input_id(batch, self.input_id)
                    where.advance()
                    yield batch
                where.end_segment(plan)
        finally:
            where.end()
            self._inner.give_back(inner)

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns all that the rest of the run depends on: settings, where
        the sampler stands, and what was recorded, with its age."""
        return {
            **self._refresher.settings(),
            'sampler': self._sampler.state_dict(),
            'store': self._refresher.store.state_dict(),
        }

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        r"""Takes up where :meth:`state_dict` was taken; see
        :meth:`StrategyBatchSampler.load_state_dict`."""
        check_state('loader', state_dict, self._refresher.settings(),
                    self.state_dict())
        self._sampler.load_state_dict(state_dict['sampler'])
        self._refresher.store.load_state_dict(state_dict['store'])
        self._refresher.planned = None

    def __repr__(self) -> str:
        return (f'{type(self).__name__}({self._sampler}, '
                f'source={self.source!r})')
