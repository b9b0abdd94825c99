r"""Which data sets are nothing but pieces of tensors."""

from typing import Any, Iterable, List, Optional

import torch
from torch import Tensor
from torch_geometric.data import Data, Dataset, InMemoryDataset

ACCESS = ['get', 'len', 'indices', '__getitem__']  # as PyG has it
NODE_KEYS = ['x', 'feat', 'pos', 'node_type', 'n_id']  # tell nodes, to PyG


def is_plain(dataset: Any) -> bool:
    r"""Whether a mini-batch can be made of the tensors of a data set, with
    nothing but them: no transform, no access of its own, no class of graphs
    that may have rules of its own."""
    if not isinstance(dataset, InMemoryDataset):
        return False
    data, slices = dataset._data, dataset.slices
    if (dataset.transform is not None or type(data) is not Data
            or not isinstance(slices, dict)):
        return False
    for name in ACCESS:
        if name in vars(dataset) or getattr(type(dataset), name) not in (
                getattr(InMemoryDataset, name), getattr(Dataset, name)):
            return False
    keys = [key for key in data._store._mapping if key != 'num_nodes']
    return (data._store.can_infer_num_nodes and set(keys) == set(slices)
            and all(_is_plain(key, data[key]) for key in keys)
            and (listed_num_nodes(data) is not None
                 or node_key(data, slices) is not None))


def listed_num_nodes(data: Data) -> Optional[List[int]]:
    r"""The nodes of each graph, if given."""
    out = getattr(data._store, '_num_nodes', None)
    return out if isinstance(out, list) else None


def node_key(data: Data, slices: Iterable[str]) -> Optional[str]:
    r"""The attribute that tells the nodes of each graph."""
    for key in slices:
        if key in NODE_KEYS and isinstance(data[key], Tensor):
            return key
    return None


def has_nodes(key: str) -> bool:
    r"""Whether an attribute holds indices of nodes, by the rule of PyG."""
    return 'index' in key or key == 'face'


def _is_plain(key: str, value: Any) -> bool:
    if 'batch' in key or key == 'ptr' or key.startswith('adj'):
        return False
    if type(value) is list:  # text, if anything that can be served
        return type(value[0]) is str
    return (type(value) is Tensor and value.layout == torch.strided
            and value.device.type == 'cpu' and value.dim() > 0
            and not (value.is_nested or value.requires_grad
                     or value.is_conj() or value.is_neg())
            and (not has_nodes(key) or value.dtype == torch.long))
