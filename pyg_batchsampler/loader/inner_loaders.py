from typing import Any, Dict, Iterator, List, Tuple

import torch
from torch.utils.data import DataLoader

from pyg_batchsampler.gather.batch_assembler import BatchAssembler, items_of
from pyg_batchsampler.gather.plain_graphs import is_plain

# What a loader takes only with processes to load in.
OF_WORKERS = ['multiprocessing_context', 'persistent_workers',
              'prefetch_factor', 'timeout']
TAKEN_OVER = ['collate_fn', 'num_workers', 'pin_memory', 'pin_memory_device',
              'worker_init_fn', *OF_WORKERS]


class InnerLoaders:
    r"""Loads mini-batches of given indices, with one PyTorch loader per live
    iterator, each set up as the outer loader is when a pass begins.

    Graphs that are gathered (see :class:`BatchAssembler`) are so in the
    process that asks for them: to receive a mini-batch from another process
    takes two to three times as long as to make it.

    Args:
        outer (torch.utils.data.DataLoader): What has the data set and all
            settings.
    """
    def __init__(self, outer: Any):
        self.outer = outer
        self._idle: List[Tuple[Dict[str, Any], Any]] = []

    def take(self) -> Any:
        r"""Returns a loader of batches that are not given yet."""
        kwargs = {name: getattr(self.outer, name) for name in TAKEN_OVER}
        while self._idle:
            before, loader = self._idle.pop()
            # Settings may have changed meanwhile, a transform may have been
            # set.
            if before == kwargs and loader.num_workers == (
                    self._num_workers(loader.collate_fn)):
                return loader
        dataset, collate_fn = self.outer.dataset, self.outer.collate_fn
        if self.outer.worker_init_fn is None:  # it sees the data set
            dataset, collate_fn = items_of(dataset, collate_fn)
        arguments = dict(kwargs, collate_fn=collate_fn,
                         num_workers=self._num_workers(collate_fn))
        if arguments['num_workers'] == 0:
            for name in OF_WORKERS:
                del arguments[name]
        else:  # throughout the segments of an epoch
            arguments['persistent_workers'] = True
        loader = DataLoader(dataset, batch_sampler=_Batches(), **arguments)
        loader.settings = kwargs
        return loader

    def _num_workers(self, collate_fn: Any) -> int:
        if isinstance(collate_fn, BatchAssembler) and is_plain(
                self.outer.dataset):
            return 0
        out: int = self.outer.num_workers
        return out

    def give_back(self, loader: Any) -> None:
        r"""Takes back a loader that is no longer used."""
        if self.outer.persistent_workers or loader.num_workers == 0:
            self._idle.append((loader.settings, loader))

    def load(self, loader: Any, batches: List[List[int]],
             seed: int) -> Iterator[Any]:
        r"""Loads mini-batches; the seed is that of random transforms, unless
        the user gives a generator."""
        if not batches:
            return iter(())
        loader.batch_sampler.batches = batches
        loader.generator = self.outer.generator
        if loader.generator is None:
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
