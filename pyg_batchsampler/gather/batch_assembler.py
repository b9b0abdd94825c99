import copy
from itertools import accumulate
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, InMemoryDataset

from pyg_batchsampler.gather.check_kept_graphs import check_kept_graphs
from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.gather.pieces import (NoPieces, Pieces, find_pieces,
                                            owners)
from pyg_batchsampler.gather.plain_graphs import (has_nodes, is_plain,
                                                  listed_num_nodes, node_key)
from pyg_batchsampler.gather.put_together import add_to_pieces, put_together

# To copy an empty mini-batch takes a tenth of the time of making one.
EMPTY = Batch(_base_cls=Data)


class BatchAssembler:
    r"""Makes the mini-batch of some graphs, given by their positions in a data
    set, that :meth:`torch_geometric.data.Batch.from_data_list` makes of them.

    Data sets in memory keep one tensor per attribute, in which the graphs lie
    one after another. A mini-batch is gathered from these tensors directly,
    attribute by attribute, without making single graphs. Where that could give
    something else, the graphs are collated as ever: data sets with a transform
    or with their own way of finding a graph, graphs of another class than
    :class:`~torch_geometric.data.Data`, attributes that are neither text nor
    dense tensors on the CPU, and graphs that were changed in the cache of the
    data set.

    It can be used without the loaders of this package, in place of a data set:
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

    def __call__(self, position: Union[Tensor, Sequence[int]]) -> Any:
        if isinstance(position, Tensor):
            position = position.tolist()
        # Asked each time, as a transform may be set at any time.
        if is_plain(self.dataset):
            subset = self.dataset._indices
            try:
                return self._gather(list(position) if subset is None else [
                    subset[i] for i in position])
            except NoPieces:
                pass
        return self._collater([self.dataset[i] for i in position])

    def _gather(self, index: List[int]) -> Batch:
        r"""Makes the mini-batch from stored tensors.

        Args:
            index (List[int]): Positions in storage.

        Raises:
            NoPieces: If that could give another result than collation.
        """
        data, slices = self.dataset._data, self.dataset.slices
        chosen = np.array(index, np.int64)
        pieces = {
            key: find_pieces(slices[key].numpy(), chosen, _length(data, key))
            for key in slices
        }
        check_kept_graphs(self.dataset, index)
        num_nodes = listed_num_nodes(data)
        if num_nodes is not None:
            num_nodes = [num_nodes[i] for i in index]
            ptr = np.array([0, *accumulate(num_nodes)])
        else:
            ptr = pieces[node_key(data, slices)].ptr

        attributes: Dict[str, Any] = {}
        slice_dict: Dict[str, Tensor] = {}
        inc_dict: Dict[str, Optional[Tensor]] = {}
        for key, piece in pieces.items():
            if key in self.exclude_keys:
                continue
            attributes[key], inc_dict[key] = _merge(data, key, piece, ptr)
            slice_dict[key] = torch.from_numpy(piece.ptr)
            if key in self.follow_batch:
                attributes[f'{key}_batch'] = owners(piece.ptr)
                attributes[f'{key}_ptr'] = torch.from_numpy(piece.ptr.copy())
        out = copy.copy(EMPTY)
        if num_nodes is not None and 'num_nodes' not in self.exclude_keys:
            out._store._num_nodes = num_nodes
            attributes['num_nodes'] = sum(num_nodes)
        attributes['batch'] = owners(ptr)
        attributes['ptr'] = torch.from_numpy(ptr.copy())
        out._store._mapping.update(attributes)  # one by one it takes longer
        out._num_graphs = len(index)
        out._slice_dict = slice_dict
        out._inc_dict = inc_dict
        return out


def items_of(dataset: Any,
             collate_fn: Callable[[Any], Any]) -> Tuple[Any, Any]:
    r"""Returns what a loader takes items from, and what merges them: positions
    and a :class:`BatchAssembler` for a data set in memory whose graphs would
    be collated by PyG's rules, and both arguments as they are otherwise."""
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
    r"""Returns an attribute of a mini-batch, and by how much PyG increases it
    from graph to graph."""
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
