from typing import Any, Callable

import pytest
import torch
from torch_geometric.data import Data, InMemoryDataset

from pyg_batchsampler.gather.plain_graphs import (has_nodes, is_plain,
                                                  listed_num_nodes, node_key)
from tests.gather.graphs import Graphs, N, bare, graph, rich


@pytest.mark.parametrize('make', [graph, bare, rich])
def test_plain(make: Callable[[int], Data]) -> None:
    assert is_plain(Graphs(make)) and is_plain(Graphs(make)[2:4])


class OwnLength(Graphs):
    def len(self) -> int:
        return 2


class OwnItems(Graphs):
    def __getitem__(self, idx: Any) -> Any:
        return super().__getitem__(idx)


def change(name: str, value: Any) -> Any:
    dataset = Graphs(graph)
    setattr(dataset, name, value)
    return dataset


def store(name: str, value: Any) -> Any:
    dataset = Graphs(graph)
    dataset._data[name] = value
    return dataset


@pytest.mark.parametrize('make', [
    lambda: [graph(0)],
    lambda: InMemoryDataset(),
    lambda: OwnLength(graph),
    lambda: OwnItems(graph),
    lambda: change('transform', lambda data: data),
    lambda: change('get', lambda idx: graph(idx)),
    lambda: change('indices', lambda: range(3)),
    lambda: store('x', torch.ones(30, 2, requires_grad=True)),
    lambda: store('x', torch.ones(30, 2).to_sparse()),
    lambda: store('x', torch.ones(30, 2, device='meta')),
    lambda: store('x', torch.ones(30, 2, dtype=torch.cfloat).conj()),
    lambda: store('edge_index', torch.zeros(2, 11).int()),
    lambda: store('other', torch.ones(30)),  # has no slices
    lambda: Graphs(lambda i: Data(edge_index=torch.zeros(2, 1).long())),
])
def test_not_plain(make: Callable[[], Any]) -> None:
    assert not is_plain(make())


def test_number_of_nodes() -> None:
    dataset = Graphs(bare)
    assert listed_num_nodes(dataset._data) == [i % 3 + 4 for i in range(N)]
    assert node_key(dataset._data, dataset.slices) is None
    dataset = Graphs(graph)
    assert listed_num_nodes(dataset._data) is None
    assert node_key(dataset._data, dataset.slices) == 'x'


@pytest.mark.parametrize('key', [
    'x', 'edge_index', 'node_index', 'face', 'edge_attr', 'y'])
def test_has_nodes_as_pyg_says(key: str) -> None:
    data = Data(x=torch.ones(3, 1), **{key: torch.zeros(2, 3).long()}
                if key != 'x' else {})
    assert has_nodes(key) == (data.__inc__(key, data[key]) == 3)
