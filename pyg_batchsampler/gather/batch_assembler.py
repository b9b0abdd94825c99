import copy
from itertools import accumulate
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, InMemoryDataset

from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.gather.kept_graphs import KeptGraphs
from pyg_batchsampler.gather.pieces import (NoPieces, Pieces, find_pieces,
                                            owners)
from pyg_batchsampler.gather.plain_graphs import (has_nodes, is_plain,
                                                  listed_num_nodes, node_key)
from pyg_batchsampler.gather.put_together import add_to_pieces, put_together

EMPTY = Batch(_base_cls=Data)  # to copy it takes a tenth of making another


class BatchAssembler:
    r"""Merges graphs, given by their positions in a data set, to the
    mini-batch that :class:`torch_geometric.data.Batch` makes of them.

    A data set that is kept as one tensor per attribute, sliced or not, is
    gathered attribute by attribute, without making any of the graphs. What
    that cannot serve is collated as ever: data sets with a transform or
    access of their own, graphs of another class than
    :class:`~torch_geometric.data.Data`, attributes that are neither plain
    tensors on the CPU nor text.

    It makes any loop faster that loads positions in place of graphs:
    :obj:`torch.utils.data.DataLoader(range(len(dataset)), 128, shuffle=True,
    collate_fn=BatchAssembler(dataset))`.

    Args:
        dataset (Dataset): The data set.
        follow_batch (List[str], optional): Creates assignment batch vectors
            for each key in the list. (default: :obj:`None`)
        exclude_keys (List[str], optional): Will exclude each key in the
            list. (default: :obj:`None`)

    Example:
        >>> graphs = [Data(x=torch.ones(n, 1)) for n in [2, 3, 4]]
        >>> dataset = InMemoryDataset()
        >>> dataset.data, dataset.slices = dataset.collate(graphs)
        >>> BatchAssembler(dataset)([2, 0]).ptr
        tensor([0, 4, 6])
    """
    def __init__(self, dataset: Any,
                 follow_batch: Optional[List[str]] = None,
                 exclude_keys: Optional[List[str]] = None):
        self.dataset = dataset
        self.follow_batch = follow_batch or []
        self.exclude_keys = exclude_keys or []
        self._collater = Collater(dataset, follow_batch, exclude_keys)
        self._kept = KeptGraphs(dataset)

    def __call__(self, position: Union[Tensor, Sequence[int]]) -> Any:
        if isinstance(position, Tensor):
            position = position.tolist()
        # Asked anew each time: a transform may be set at any time.
        if is_plain(self.dataset):
            indices = self.dataset.indices()
            index = list(map(indices.__getitem__, position))
            try:
                return self._gather(index)
            except NoPieces:
                pass
        return self._collater([self.dataset[i] for i in position])

    def _gather(self, index: List[int]) -> Batch:
        r"""Does what :meth:`torch_geometric.data.Batch.from_data_list` does,
        for all graphs at once."""
        data, slices = self.dataset._data, self.dataset.slices
        chosen = np.array(index, np.int64)
        pieces = {
            key: find_pieces(slices[key].numpy(), chosen, _length(data, key))
            for key in slices
        }
        self._kept.check(index)
        num_nodes = listed_num_nodes(data)
        if num_nodes is not None:
            num_nodes = [num_nodes[i] for i in index]
            ptr = np.array([0, *accumulate(num_nodes)])
        else:
            ptr = pieces[node_key(data, slices)].ptr

        out = copy.copy(EMPTY)
        slice_dict: Dict[str, Tensor] = {}
        inc_dict: Dict[str, Optional[Tensor]] = {}
        for key, piece in pieces.items():
            if key in self.exclude_keys:
                continue
            out[key], inc_dict[key] = _merge(data, key, piece, ptr)
            slice_dict[key] = torch.from_numpy(piece.ptr)
            if key in self.follow_batch:
                out[f'{key}_batch'] = owners(piece.ptr)
                out[f'{key}_ptr'] = torch.from_numpy(piece.ptr.copy())
        if num_nodes is not None and 'num_nodes' not in self.exclude_keys:
            out._store._num_nodes = num_nodes
            out.num_nodes = sum(num_nodes)
        out.batch = owners(ptr)
        out.ptr = torch.from_numpy(ptr.copy())
        out._num_graphs = len(index)
        out._slice_dict = slice_dict
        out._inc_dict = inc_dict
        return out


def items_of(dataset: Any,
             collate_fn: Callable[[Any], Any]) -> Tuple[Any, Any]:
    r"""Returns what a loader takes items from and how it merges them:
    positions and a :class:`BatchAssembler` where that is of use, the data set
    itself otherwise."""
    if (isinstance(dataset, InMemoryDataset)
            and not hasattr(dataset, '__getitems__')
            and isinstance(collate_fn, Collater)):
        return range(len(dataset)), BatchAssembler(
            dataset, collate_fn.follow_batch, collate_fn.exclude_keys)
    return dataset, collate_fn


def _length(data: Data, key: str) -> int:
    value = data[key]
    if isinstance(value, Tensor):
        return value.size(data.__cat_dim__(key, value))
    return len(value)


def _merge(data: Data, key: str, piece: Pieces,
           ptr: Any) -> Tuple[Any, Optional[Tensor]]:
    r"""Returns the pieces of an attribute as one, and by how much each is
    increased."""
    value = data[key]
    if not isinstance(value, Tensor):
        texts = [value[i] for i in piece.start.tolist()]
        if all(type(text) is str for text in texts):
            return texts, None
        raise NoPieces
    out = put_together(value, data.__cat_dim__(key, value), piece)
    if not has_nodes(key):
        return out, torch.zeros(len(piece.start), dtype=torch.long)
    add_to_pieces(out, piece.ptr, ptr[:-1])
    return out, torch.from_numpy(ptr[:-1].copy())
