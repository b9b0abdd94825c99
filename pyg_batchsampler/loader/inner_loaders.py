from typing import Any, Callable, Dict, Iterator, List

import torch
from torch.utils.data import DataLoader

from pyg_batchsampler.gather.batch_assembler import BatchAssembler, items_of
from pyg_batchsampler.gather.plain_graphs import is_plain

# What a loader takes only with processes to load in.
OF_WORKERS = ['in_order', 'multiprocessing_context', 'num_workers',
              'persistent_workers', 'prefetch_factor', 'timeout']


class InnerLoaders:
    r"""Loads mini-batches of given indices, with one PyTorch loader per live
    iterator.

    Graphs that are gathered (see :class:`BatchAssembler`) are so in the
    process that asks for them: to receive a mini-batch from another process
    takes two to three times as long as to make it.

    Args:
        dataset (Dataset): The data set.
        collate_fn (callable): Merges items to a mini-batch.
        kwargs (dict): Arguments of :class:`torch.utils.data.DataLoader`.
    """
    def __init__(self, dataset: Any, collate_fn: Callable[[Any], Any],
                 kwargs: Dict[str, Any]):
        self.dataset = dataset
        self.collate_fn = collate_fn
        self.kwargs = kwargs
        self.is_persistent = kwargs.get('persistent_workers', False)
        self._idle: List[DataLoader[Any]] = []

    def take(self) -> DataLoader[Any]:
        r"""Returns a loader of batches that are not given yet."""
        items, collate_fn = self.dataset, self.collate_fn
        if 'worker_init_fn' not in self.kwargs:  # it sees the data set
            items, collate_fn = items_of(items, collate_fn)
        kwargs = dict(self.kwargs)
        if kwargs.get('num_workers', 0) > 0:
            if isinstance(collate_fn, BatchAssembler) and is_plain(
                    self.dataset):
                kwargs = {key: value for key, value in kwargs.items()
                          if key not in OF_WORKERS}
            else:
                kwargs['persistent_workers'] = True
        while self._idle:
            loader = self._idle.pop()
            # A transform may have been set meanwhile.
            if loader.num_workers == kwargs.get('num_workers', 0):
                return loader
        return DataLoader(items, batch_sampler=_Batches(),
                          collate_fn=collate_fn, **kwargs)

    def give_back(self, loader: DataLoader[Any]) -> None:
        r"""Takes back a loader that is no longer used."""
        if self.is_persistent or loader.num_workers == 0:
            self._idle.append(loader)

    def load(self, loader: DataLoader[Any], batches: List[List[int]],
             seed: int) -> Iterator[Any]:
        r"""Loads mini-batches; the seed is that of random transforms, unless
        the user gives a generator."""
        if not batches:
            return iter(())
        assert isinstance(loader.batch_sampler, _Batches)
        loader.batch_sampler.batches = batches
        if 'generator' not in self.kwargs:
            loader.generator = torch.Generator().manual_seed(seed)
        return iter(loader)


class _Batches:
    r"""The batch sampler of a loader: the indices of one segment."""
    def __init__(self) -> None:
        self.batches: List[List[int]] = []

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[List[int]]:
        return iter(self.batches)
