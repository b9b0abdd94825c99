from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, Dataset, InMemoryDataset
from torch_geometric.utils import cumsum

from pyg_batchsampler.loader.collater import Collater

NODE_KEYS = ['x', 'feat', 'pos', 'node_type', 'n_id']  # tell nodes, to PyG
ACCESS = ['get', 'len', 'indices', '__getitem__']  # as PyG has it


class _Pieces(NamedTuple):
    r"""The pieces of chosen graphs in a tensor that holds those of all.

    Args:
        ptr (torch.Tensor): Where they begin when put together,
            :math:`[B + 1]`.
        rows (torch.Tensor): Their positions in the tensor.
    """
    ptr: Tensor
    rows: Tensor

    @property
    def sizes(self) -> Tensor:
        return self.ptr.diff()

    @property
    def batch(self) -> Tensor:
        r"""The graph of every position."""
        return _repeat(torch.arange(self.ptr.numel() - 1), self.sizes)


class BatchAssembler:
    r"""Merges instances, given by position, to the mini-batch that collating
    them one by one would give.

    A data set of graphs that is kept as one tensor per attribute is indexed
    once per attribute. All else is collated as ever: data sets with a
    transform or access of their own, graphs of another class than
    :class:`~torch_geometric.data.Data` and attributes that are not plain
    tensors on the CPU.

    Args:
        dataset (InMemoryDataset): The data set.
        collater (Collater): Collates items.

    Example:
        >>> graphs = [Data(x=torch.ones(n, 1)) for n in [2, 3, 4]]
        >>> dataset = InMemoryDataset()
        >>> dataset.data, dataset.slices = dataset.collate(graphs)
        >>> BatchAssembler(dataset, Collater(dataset))([2, 0]).ptr
        tensor([0, 4, 6])
    """
    def __init__(self, dataset: InMemoryDataset, collater: Collater):
        self.dataset = dataset
        self.collater = collater

    def __call__(self, position: List[int]) -> Any:
        # Asked anew each time: a transform may be set at any time.
        if not _is_plain(self.dataset):
            return self.collater([self.dataset[i] for i in position])
        indices = self.dataset.indices()
        return _assemble(self.dataset._data, self.dataset.slices,
                         torch.tensor([indices[i] for i in position]),
                         self.collater.follow_batch or [],
                         self.collater.exclude_keys or [])


def items_of(dataset: Any,
             collate_fn: Callable[[Any], Any]) -> Tuple[Any, Any]:
    r"""Returns what a loader takes items from and how it merges them:
    positions and a :class:`BatchAssembler` where that is of use, the data set
    itself otherwise."""
    if (isinstance(dataset, InMemoryDataset)
            and not hasattr(dataset, '__getitems__')
            and isinstance(collate_fn, Collater)):
        return range(len(dataset)), BatchAssembler(dataset, collate_fn)
    return dataset, collate_fn


def _is_plain(dataset: InMemoryDataset) -> bool:
    r"""Whether items are nothing but pieces of tensors."""
    data, slices = dataset._data, dataset.slices
    if (dataset.transform is not None or type(data) is not Data
            or not isinstance(slices, dict)):
        return False
    for name in ACCESS:
        if getattr(type(dataset), name) not in (
                getattr(InMemoryDataset, name), getattr(Dataset, name)):
            return False
    for key in slices:
        value = data.get(key)
        if (type(value) is not Tensor or value.layout != torch.strided
                or value.is_nested or value.device.type != 'cpu'
                or 'batch' in key or key == 'ptr' or key.startswith('adj')
                or (_has_nodes(key) and value.dtype != torch.long)):
            return False
    return _listed_num_nodes(data) is not None or any(
        key in slices for key in NODE_KEYS)


def _listed_num_nodes(data: Data) -> Optional[List[int]]:
    r"""The nodes of each graph, if given and not told by an attribute."""
    out = getattr(data._store, '_num_nodes', None)
    return out if isinstance(out, list) else None


def _has_nodes(key: str) -> bool:
    r"""Whether an attribute holds indices of nodes, by the rule of PyG."""
    return 'index' in key or key == 'face'


def _pieces(slices: Tensor, index: Tensor) -> _Pieces:
    start = slices[index]
    sizes = slices[index + 1] - start
    ptr = cumsum(sizes)
    shift = _repeat(start - ptr[:-1], sizes)
    return _Pieces(ptr, shift + torch.arange(shift.numel()))


def _repeat(value: Tensor, times: Tensor) -> Tensor:
    # Twice as fast as repeat_interleave at these sizes.
    return torch.from_numpy(np.repeat(value.numpy(), times.numpy()))


def _assemble(data: Data, slices: Dict[str, Tensor], index: Tensor,
              follow_batch: List[str], exclude_keys: List[str]) -> Batch:
    r"""Does what :meth:`torch_geometric.data.Batch.from_data_list` does, for
    all graphs at once."""
    pieces = {key: _pieces(value, index) for key, value in slices.items()}
    listed = _listed_num_nodes(data)
    if listed is not None:
        num_nodes = torch.tensor([listed[i] for i in index.tolist()])
    else:
        key = next(key for key in slices if key in NODE_KEYS)
        num_nodes = pieces[key].sizes
    ptr = cumsum(num_nodes)

    out = Batch(_base_cls=Data)
    slice_dict: Dict[str, Tensor] = {}
    inc_dict: Dict[str, Tensor] = {}
    for key, piece in pieces.items():
        if key in exclude_keys:
            continue
        dim = data.__cat_dim__(key, data[key])
        value = data[key].index_select(dim, piece.rows)
        inc_dict[key] = torch.zeros_like(index)
        if _has_nodes(key):
            inc_dict[key] = ptr[:-1]
            value += _repeat(ptr[:-1], piece.sizes)
        out[key] = value
        slice_dict[key] = piece.ptr
        if key in follow_batch:
            out[f'{key}_batch'] = piece.batch
            out[f'{key}_ptr'] = piece.ptr
    if listed is not None and 'num_nodes' not in exclude_keys:
        out._store._num_nodes = num_nodes.tolist()
        out.num_nodes = int(ptr[-1])
    out.batch = _repeat(torch.arange(index.numel()), num_nodes)
    out.ptr = ptr
    out._num_graphs = index.numel()
    out._slice_dict = slice_dict
    out._inc_dict = inc_dict
    return out
