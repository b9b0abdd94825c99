from operator import is_
from typing import Any, Dict, List

from torch import Tensor
from torch_geometric.data.separate import separate

from pyg_batchsampler.loader.pieces import NoPieces


class KeptGraphs:
    r"""Makes sure that the graphs which a data set keeps after their first
    use are still pieces of its tensors, as they are unless someone has put
    others into :obj:`_data_list`.

    Args:
        dataset (InMemoryDataset): The data set, of
            :class:`~torch_geometric.data.Data`.
    """
    def __init__(self, dataset: Any):
        self.dataset = dataset
        self._stored: List[Any] = []  # the tensors they are pieces of
        self._known: Dict[int, List[Any]] = {}  # graphs that are, and how

    def check(self, index: List[int]) -> None:
        r"""Raises :class:`NoPieces` if one of these graphs, given by their
        positions in storage, is not."""
        kept = self.dataset._data_list
        if kept is None:
            return
        stored = list(self.dataset._data._store._mapping.values())
        if not _are_same(stored, self._stored):
            self._stored, self._known = stored, {}
        for i in index:
            item = kept[i]
            if item is None:
                continue
            parts = [item, *item._store._mapping.values()]
            if not _are_same(parts, self._known.get(i, [])):
                if not self._is_piece(i, item):
                    raise NoPieces
                self._known[i] = parts

    def _is_piece(self, i: int, item: Any) -> bool:
        data = self.dataset._data
        piece = separate(type(data), data, i, self.dataset.slices,
                         decrement=False)
        return type(item) is type(piece) and list(item.keys()) == list(
            piece.keys()) and all(
                _is_view(item[key], piece[key]) for key in piece.keys())

    def __getstate__(self) -> Any:
        return self.dataset

    def __setstate__(self, state: Any) -> None:
        self.__init__(state)  # type: ignore[misc]


def _are_same(a: List[Any], b: List[Any]) -> bool:
    return len(a) == len(b) and all(map(is_, a, b))


def _is_view(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if not isinstance(a, Tensor):
        return bool(a == b)
    return (a.data_ptr() == b.data_ptr() and a.dtype == b.dtype
            and a.shape == b.shape and a.stride() == b.stride())
