r"""Data sets whose graphs are nothing but pieces of stored tensors."""

from typing import Any, Iterable, List, Optional

import torch
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

# How PyG finds a graph. Data sets with a way of their own are not gathered.
ACCESS = {name: getattr(InMemoryDataset, name)
          for name in ['get', 'len', 'indices', '__getitem__']}
# Attributes with one row per node, from which PyG tells the number of nodes.
NODE_KEYS = ['x', 'feat', 'pos', 'node_type', 'n_id']


def is_plain(dataset: Any) -> bool:
    r"""Whether mini-batches can be gathered from the stored tensors of a data
    set: it has no transform, finds its graphs as PyG does, and all attributes
    are such that PyG would concatenate them."""
    if not isinstance(dataset, InMemoryDataset):
        return False
    data, slices = dataset._data, dataset.slices
    if (dataset.transform is not None or type(data) is not Data
            or not isinstance(slices, dict)):
        return False
    if any(name in vars(dataset) or getattr(type(dataset), name) is not method
           for name, method in ACCESS.items()):
        return False
    keys = [key for key in data._store._mapping if key != 'num_nodes']
    return (data._store.can_infer_num_nodes and set(keys) == set(slices)
            and all(_is_plain(key, data[key]) for key in keys)
            and (listed_num_nodes(data) is not None
                 or node_key(data, slices) is not None))


def listed_num_nodes(data: Data) -> Optional[List[int]]:
    r"""The number of nodes of each graph, if the data set lists it."""
    out = getattr(data._store, '_num_nodes', None)
    return out if isinstance(out, list) else None


def node_key(data: Data, slices: Iterable[str]) -> Optional[str]:
    r"""The first attribute that has one row per node."""
    for key in slices:
        if key in NODE_KEYS and isinstance(data[key], Tensor):
            return key
    return None


def has_nodes(key: str) -> bool:
    r"""Whether an attribute holds indices of nodes, which are increased when
    graphs are put together, by PyG's rule."""
    return 'index' in key or key == 'face'


def _is_plain(key: str, value: Any) -> bool:
    # PyG treats these names in ways of their own.
    if 'batch' in key or key == 'ptr' or key.startswith('adj'):
        return False
    if type(value) is list:  # one item per graph; only text is gathered
        return type(value[0]) is str
    return (type(value) is Tensor and value.layout == torch.strided
            and value.device.type == 'cpu' and value.dim() > 0
            and not (value.is_nested or value.requires_grad
                     or value.is_conj() or value.is_neg())
            and (not has_nodes(key) or value.dtype == torch.long))
