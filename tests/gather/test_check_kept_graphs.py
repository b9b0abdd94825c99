import copy
import gc
import weakref
from typing import Any, Callable, List

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data

from pyg_batchsampler.gather import check_kept_graphs
from pyg_batchsampler.gather.batch_assembler import BatchAssembler
from tests.gather.graphs import Graphs, N, bare, compare, graph, rich


def square(i: int) -> Data:
    r"""A graph of as many edges as an edge has ends, labels last."""
    return Data(x=torch.ones(4, 2), edge_attr=torch.ones(2, 3),
                edge_index=torch.tensor([[0, 1], [2, 3]]), name=str(i),
                y=torch.tensor([i]))


def is_gathered(dataset: Graphs, position: List[int]) -> bool:
    r"""Whether a mini-batch, which is right, was made without collation."""
    assemble = BatchAssembler(dataset)
    collate = assemble._collater
    collated: List[Any] = []

    def note(items: List[Any]) -> Any:
        collated.extend(items)
        return collate(items)

    assemble._collater = note  # type: ignore[assignment]
    compare(assemble, position)
    return not collated


def test_graphs_that_were_put_into_the_cache() -> None:
    dataset = Graphs(graph)
    assemble = BatchAssembler(dataset)
    list(dataset)
    compare(assemble, [3, 5])
    kept: Any = dataset._data_list
    kept[3].x = kept[3].x + 1  # one attribute, after it was looked at
    compare(assemble, [3, 5])
    kept[5] = graph(5)  # equal, but not a piece
    kept[5].x += 1
    compare(assemble, [5, 4])
    kept[4].x += 1  # in place, so that the data set changes
    compare(assemble, [4, 2])
    dataset._data.x = dataset._data.x + 1  # not seen by the graphs in cache
    compare(assemble, [2, 6])
    dataset._data_list = None
    compare(assemble, [2, 6])


def edges(change: Callable[[Tensor], Any]) -> Callable[[Data], None]:
    def apply(data: Data) -> None:
        data.edge_index = change(data.edge_index)

    return apply


def rename(data: Data) -> None:
    data.label = data.y
    del data.y


def add(data: Data) -> None:
    data.weight = torch.ones(1)


def shrink(data: Data) -> None:
    data.edge_attr = data.edge_attr[:, :1]


def number(data: Data) -> None:
    data.y = int(data.y)


def text(data: Data) -> None:
    data.name = 'another'


CHANGES = {
    'attribute renamed': rename,
    'attribute added': add,
    'fewer columns': shrink,
    'number': number,
    'text': text,
    'copy': edges(torch.clone),
    'another order': edges(lambda x: x.flip(0)),
    'fewer edges': edges(lambda x: x[:, :1]),
    'other edges': edges(lambda x: x[:, 1:]),
    'transposed in place': edges(lambda x: x.t()),
    'other type': edges(lambda x: x.int()),
    'same bytes as another type': edges(lambda x: x.view(torch.double)),
    'flat': edges(lambda x: x[0]),
}


@pytest.mark.parametrize('is_known', [False, True])
@pytest.mark.parametrize('change', CHANGES.values(), ids=CHANGES)
def test_every_change_of_graphs_is_seen(change: Callable[[Data], None],
                                        is_known: bool) -> None:
    dataset = Graphs(square)
    list(dataset)
    if is_known:
        assert is_gathered(dataset, list(range(N)))
    kept: Any = dataset._data_list
    for data in kept[:3]:  # all of a mini-batch, for PyG to collate them
        change(data)
    assert not is_gathered(dataset, [2, 0])
    assert is_gathered(dataset, [3, 4])


def test_listed_number_of_nodes() -> None:
    dataset = Graphs(bare)
    list(dataset)
    kept: Any = dataset._data_list
    assert is_gathered(dataset, [1, 2])
    kept[1].num_nodes = 9
    assert not is_gathered(dataset, [1, 2])


def test_slices_that_were_replaced() -> None:
    dataset = Graphs(square)
    list(dataset)
    assert is_gathered(dataset, [1, 2])
    dataset.slices = dict(dataset.slices, y=dataset.slices['y'].clone())
    dataset.slices['y'][2] -= 1
    assert not is_gathered(dataset, [1, 2])


@pytest.mark.parametrize('make', [graph, bare, rich])
def test_looked_at_once(make: Callable[[int], Data],
                        monkeypatch: pytest.MonkeyPatch) -> None:
    looked: List[List[int]] = []
    look = check_kept_graphs._look

    def note(dataset: Any, index: List[int], *args: Any) -> None:
        looked.append(index)
        look(dataset, index, *args)

    monkeypatch.setattr(check_kept_graphs, '_look', note)
    dataset = Graphs(make)
    assert is_gathered(dataset, [1, 2])
    dataset._data_list = None
    assert is_gathered(dataset, [1, 2]) and not looked  # nothing to look at
    list(dataset)
    assert is_gathered(dataset, [3, 1, 2])
    assert is_gathered(dataset, [2, 3])  # by another loader
    assert is_gathered(dataset[1:4], [0, 2])  # of a subset
    assert looked == [[3, 1, 2]]
    assert is_gathered(dataset, [5, 1])
    assert is_gathered(copy.deepcopy(dataset), [5])
    assert looked == [[3, 1, 2], [5, 1], [5]]


def test_graphs_are_not_kept_longer_than_the_data_set_does() -> None:
    dataset = Graphs(graph)
    for forget in ['all', 'each', 'data set']:
        list(dataset)
        kept: Any = dataset._data_list
        where = weakref.ref(kept[2])
        assert is_gathered(dataset, [2])
        if forget == 'all':
            dataset._data_list = None
        elif forget == 'each':  # as 'dataset.num_classes' does
            dataset._data_list = N * [None]
        else:
            del dataset
        del kept
        if forget != 'data set':
            BatchAssembler(dataset)([2])
        gc.collect()
        assert where() is None
