from itertools import chain
from operator import is_, itemgetter
from typing import Any, Dict, List, Optional, Sequence, Tuple

from torch import Tensor
from torch_geometric.data import Data

from pyg_batchsampler.gather.pieces import NoPieces
from pyg_batchsampler.gather.plain_graphs import listed_num_nodes


class KeptGraphs:
    r"""Makes sure that the graphs which a data set keeps after their first
    use are still pieces of its tensors, as they are unless someone has put
    others into :obj:`_data_list`, or changed the tensors since.

    Args:
        dataset (InMemoryDataset): The data set, of
            :class:`~torch_geometric.data.Data`.
    """
    def __init__(self, dataset: Any):
        self.dataset = dataset
        self._stored: List[Any] = []  # the tensors they are pieces of
        # Graphs that are, or None, their attributes now, and as they were.
        self._known: List[Optional[Data]] = []
        self._now: List[Dict[str, Any]] = []
        self._before: List[Tuple[Any, ...]] = []

    def check(self, index: List[int]) -> None:
        r"""Raises :class:`NoPieces` if one of these graphs, given by their
        positions in storage, is not."""
        kept = self.dataset._data_list
        if kept is None:
            return
        stored = list(self.dataset._data._store._mapping.values())
        if (len(kept) != len(self._known)
                or not _are_same(stored, self._stored)):
            self._stored = stored
            self._known = len(kept) * [None]
            self._now = [{} for _ in kept]
            self._before = len(kept) * [()]
        some = itemgetter(*index, index[0])  # of one, it would be no tuple
        now = chain.from_iterable(map(dict.values, some(self._now)))
        before = chain.from_iterable(some(self._before))
        if (_are_same(some(kept), some(self._known))
                and _are_same(tuple(now), tuple(before))):
            return
        for i in index:
            item = kept[i]
            if item is not None and not self._is_piece(i, item):
                raise NoPieces
            self._known[i] = item
            self._now[i] = {} if item is None else item._store._mapping
            self._before[i] = tuple(self._now[i].values())

    def _is_piece(self, i: int, item: Any) -> bool:
        data, slices = self.dataset._data, self.dataset.slices
        if type(item) is not type(data):
            return False
        parts = dict(item._store._mapping)
        num_nodes = listed_num_nodes(data)
        if num_nodes is not None and parts.pop('num_nodes',
                                               None) != num_nodes[i]:
            return False
        return list(parts) == list(slices) and all(
            _is_part(value, data, key, i, slices[key])
            for key, value in parts.items())

    def __getstate__(self) -> Any:
        return {'dataset': self.dataset}

    def __setstate__(self, state: Any) -> None:
        KeptGraphs.__init__(self, **state)


def _are_same(a: Sequence[Any], b: Sequence[Any]) -> bool:
    return len(a) == len(b) and all(map(is_, a, b))


def _is_part(part: Any, data: Data, key: str, i: int, slices: Tensor) -> bool:
    value = data[key]
    if not isinstance(value, Tensor):
        return bool(part is value[i])
    if type(part) is not Tensor or part.dtype != value.dtype:
        return False
    dim = data.__cat_dim__(key, value)
    first, last = slices[i:i + 2].tolist()
    shape = list(value.shape)
    shape[dim] = last - first
    place = value.data_ptr() + (first * value.stride(dim) *
                                value.element_size())
    return list(part.shape) == shape and part.stride() == value.stride() and (
        part.numel() == 0 or part.data_ptr() == place)
