r"""Are the graphs in the cache of a data set still what its tensors hold?

PyG puts each graph into :obj:`dataset._data_list` when it is first asked for,
and collates what it finds there from then on. These graphs share the memory of
the stored tensors, so that gathering from the latter gives the same, unless
someone has put other graphs or attributes into the cache, or has replaced a
stored tensor.

To look at each of their tensors takes longer than to gather them (4 to 5 us
per graph, and 3 us). Hence it is done once for all loaders of a data set; from
then on identities are compared, in 1 us. The first epoch of a new loader
thereby is 7 to 8 times as fast as PyG's, rather than 3.5 to 4 times
(``python -m benchmarks.loading``, "first epoch").
"""

from itertools import chain
from operator import attrgetter, is_, itemgetter
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary
from torch_geometric.data import Data

from pyg_batchsampler.gather.pieces import NoPieces
from pyg_batchsampler.gather.plain_graphs import listed_num_nodes

_attributes_of = attrgetter('_store._mapping')  # the dictionary of a graph
_dtype_of = attrgetter('dtype')
_NOTHING: Any = (None, {}, ())


class _Memory(NamedTuple):
    r"""What was found right, by position in storage, and :obj:`_NOTHING`
    where the cache was empty or has not been looked at.

    Args:
        stored (list): The stored tensors at that time.
        graphs (list): The graphs in the cache.
        attributes (list): The dictionaries of their attributes.
        values (list): The values that these held.
    """
    stored: List[Any]
    graphs: List[Any]
    attributes: List[Dict[str, Any]]
    values: List[Tuple[Any, ...]]


# By stored data, which a data set shares with its subsets.
_memories = WeakIdKeyDictionary()


def check_kept_graphs(dataset: Any, index: List[int]) -> None:
    r"""Makes sure that graphs in the cache of a data set are what is stored.

    Args:
        dataset (InMemoryDataset): The data set, of
            :class:`~torch_geometric.data.Data`.
        index (List[int]): Positions in storage of the graphs to look at.

    Raises:
        NoPieces: If one of them is not.
    """
    kept = dataset._data_list
    if kept is None:
        _memories.pop(dataset._data, None)
        return
    names = [*dataset.slices]
    if listed_num_nodes(dataset._data) is not None:
        names.append('num_nodes')
    memory = _recall(dataset)
    some = itemgetter(*index, index[0])  # of a single one, it gives no tuple
    if _are_same(some(kept), some(memory.graphs)):
        attributes = some(memory.attributes)
        if (_join(attributes) == sum(map(bool, attributes)) * names
                and _are_same(_join(map(dict.values, attributes)),
                              _join(some(memory.values)))):
            return
    _look(dataset, index, names, memory)


def _recall(dataset: Any) -> _Memory:
    r"""Returns what was found right with the tensors that are stored now."""
    data, num_graphs = dataset._data, len(dataset._data_list)
    stored = [*_attributes_of(data).values(), *dataset.slices.values()]
    out: Any = _memories.get(data)
    if (out is None or len(out.graphs) != num_graphs
            or not _are_same(out.stored, stored)):
        out = _Memory(stored, *(num_graphs * [none] for none in _NOTHING))
        _memories[data] = out
    return out


def _look(dataset: Any, index: List[int], names: List[str],
          memory: _Memory) -> None:
    r"""Looks at all attributes, and remembers them if all are right."""
    data, kept = dataset._data, dataset._data_list
    for i in [i for i in index if kept[i] is None]:
        memory.graphs[i], memory.attributes[i], memory.values[i] = _NOTHING
    index = [i for i in index if kept[i] is not None]
    graphs = [kept[i] for i in index]
    if {*map(type, graphs)} - {Data}:
        raise NoPieces
    attributes = [*map(_attributes_of, graphs)]
    if _join(attributes) != len(graphs) * names:
        raise NoPieces
    values = [*map(tuple, map(dict.values, attributes))]
    for name, parts in zip(names, zip(*values)):
        if name == 'num_nodes':
            num_nodes = data._store._num_nodes
            is_right = [*parts] == [num_nodes[i] for i in index]
        elif isinstance(data[name], Tensor):
            is_right = _are_views(parts, data[name],
                                  data.__cat_dim__(name, data[name]),
                                  dataset.slices[name].numpy(), index)
        else:
            is_right = _are_same(parts, [data[name][i] for i in index])
        if not is_right:
            raise NoPieces
    for i, graph, each, value in zip(index, graphs, attributes, values):
        memory.graphs[i] = graph
        memory.attributes[i] = each
        memory.values[i] = value


def _are_views(parts: Sequence[Any], value: Tensor, dim: int, slices: Any,
               index: List[int]) -> bool:
    r"""Whether tensors are what :meth:`torch.narrow` cuts out of another."""
    if {*map(type, parts)} != {Tensor}:
        return False
    start, end = slices[index], slices[1:][index]
    place = value.data_ptr() + start * (value.stride(dim) *
                                        value.element_size())
    place[(end == start) | (value.numel() == 0)] = 0  # that of empty tensors
    shape = [len(parts) * (size, ) for size in value.shape]
    shape[dim] = tuple((end - start).tolist())
    return ([*map(Tensor.data_ptr, parts)] == place.tolist()
            and {*map(_dtype_of, parts)} == {value.dtype}
            and {*map(Tensor.stride, parts)} == {value.stride()}
            and [*zip(*map(Tensor.size, parts))] == shape)


def _join(items: Iterable[Iterable[Any]]) -> List[Any]:
    return [*chain.from_iterable(items)]


def _are_same(a: Sequence[Any], b: Sequence[Any]) -> bool:
    return len(a) == len(b) and all(map(is_, a, b))
