from typing import Any, Optional

import pytest
import torch
from torch_geometric.data import Batch, Data

from pyg_batchsampler.transforms import (EdgePerturbation, NodeDropping,
                                         PPRDiffusion, RandomWalkSubgraph)
from pyg_batchsampler.transforms.graph_batch import (attributes, edge_sets,
                                                     graph_of_node)
from tests.helpers import make_generator, raises
from tests.transforms.traced import random_graph, traced

PAIR = torch.tensor([[0, 1], [1, 0]])


def levels(data: Any, prefix: str = '') -> Any:
    return attributes(data, graph_of_node(data)[1], prefix)


def test_attributes() -> None:
    data = Data(x=torch.ones(3, 1), edge_index=PAIR, edge_attr=torch.ones(2),
                weight=torch.ones(2), pos=torch.ones(3, 2), y=torch.ones(1),
                scale=torch.tensor(3.0), name='abc')
    assert levels(data) == (['x', 'pos'],
                            ['edge_index', 'edge_attr', 'weight'])


@pytest.mark.parametrize('num_nodes', [1, 2, 5])
def test_as_many_edges_as_graphs_or_nodes(num_nodes: int) -> None:
    # One edge per graph, as there is one label.
    edge_index = torch.tensor([[0], [num_nodes - 1]])
    data = Data(x=torch.ones(num_nodes, 1), edge_index=edge_index,
                edge_attr=torch.ones(1, 2), y=torch.tensor([3]),
                num_nodes=num_nodes)
    for graph in [data, Batch.from_data_list([data, data])]:
        node_keys, edge_keys = levels(graph)
        assert {'edge_index', 'edge_attr'} == set(edge_keys)
        assert ('y' in node_keys) == (num_nodes == 1)
    out = NodeDropping(0.5)(Batch.from_data_list([data, data]))
    assert out.y.tolist() == [3, 3]


def test_sizes_of_each_graph_tell() -> None:
    # Six labels for six nodes and six edges, but not of the same graphs.
    graphs = [Data(x=torch.ones(size, 1), edge_index=PAIR[:, [0] * num_edges],
                   y=torch.ones(3)) for size, num_edges in [(2, 4), (4, 2)]]
    assert levels(Batch.from_data_list(graphs)) == (['x', 'batch'],
                                                    ['edge_index'])
    out: Any = RandomWalkSubgraph(0.5)(Batch.from_data_list(graphs))
    assert out.y.tolist() == [1] * 6
    assert [data.y.numel() for data in out.to_data_list()] == [3, 3]


def test_added_to_a_batch() -> None:
    batch: Any = Batch.from_data_list([traced(PAIR[:, :1], 2)] * 2)
    batch.input_id = torch.tensor([7, 8])
    out = NodeDropping(0.5)(batch)
    assert out.input_id.tolist() == [7, 8] and out.num_edges == 0


@pytest.mark.parametrize('num_nodes', [None, 3])
def test_number_of_nodes(num_nodes: Optional[int]) -> None:
    data = Data(x=torch.ones(3, 1), edge_index=PAIR, num_nodes=num_nodes)
    out = NodeDropping(0.4)(data)
    assert out.num_nodes == 2 and set(out.keys()) == set(data.keys())
    batch = Batch.from_data_list([
        Data(edge_index=PAIR, num_nodes=5), Data(edge_index=PAIR, num_nodes=2)
    ])
    out = NodeDropping(0.4)(batch)
    assert out.num_nodes == 5
    assert [data.num_nodes for data in out.to_data_list()] == [3, 2]


def test_edges_in_any_order_within_graphs() -> None:
    graphs = []
    for size in [6, 1, 9, 5]:
        data = random_graph(size, 0.6, True, make_generator(size))
        perm = torch.randperm(data.num_edges, generator=make_generator())
        data.edge_index = data.edge_index[:, perm]
        data.edge_attr = data.edge_attr[perm]
        graphs.append(data)
    batch: Any = Batch.from_data_list(graphs, follow_batch=['edge_attr'])
    out: Any = NodeDropping(0.4, make_generator())(batch)
    num_edges = out.batch[out.edge_index[0]].bincount(minlength=4)
    assert out.edge_attr_ptr.diff().equal(num_edges)
    for key in ['edge_index', 'edge_attr']:
        assert out._slice_dict[key].diff().equal(num_edges)


def with_diffusion() -> Any:
    graphs = []
    for size, density in [(6, 0.5), (1, 0.0), (9, 0.3), (4, 0.0), (5, 1.0)]:
        data = random_graph(size, density, True, make_generator(size))
        data = PPRDiffusion(top_k=3)(data)
        index = data.diffusion_edge_index
        data.diffusion_edge_attr = data.x[index].view(2, -1).t()
        graphs.append(data)
    return Batch.from_data_list(graphs)


def test_names_of_a_second_edge_set() -> None:
    batch = with_diffusion()
    assert edge_sets(batch) == ['', 'diffusion_']
    assert levels(batch) == (['x', 'batch'], ['edge_index', 'edge_attr'])
    own = [f'diffusion_edge_{name}' for name in ['index', 'weight', 'attr']]
    assert levels(batch, 'diffusion_')[1] == own
    # Four nodes without edges have four diffusion edges, to themselves.
    assert levels(batch[3]) == (['x'], ['edge_index', 'edge_attr'])
    assert levels(batch[3], 'diffusion_')[1] == own


@pytest.mark.parametrize('transform', [
    NodeDropping(0.4, make_generator()),
    RandomWalkSubgraph(0.6, make_generator())])
def test_second_edge_set_follows_nodes(transform: Any) -> None:
    batch = with_diffusion()
    for data, new in zip(batch.to_data_list(),
                         transform(batch).to_data_list()):
        kept = {int(i) for i in new.x}
        weight = {(int(i), int(j)): float(value) for (i, j), value in zip(
            data.diffusion_edge_attr, data.diffusion_edge_weight)
            if {int(i), int(j)} <= kept}
        ends = new.x.view(-1)[new.diffusion_edge_index].t()
        assert ends.equal(new.diffusion_edge_attr)
        assert weight == {(int(i), int(j)): float(value) for (i, j), value
                          in zip(ends, new.diffusion_edge_weight)}


def test_second_edge_set_stays_when_edges_change() -> None:
    batch = with_diffusion()
    out = EdgePerturbation(0.5, make_generator())(batch)
    assert not out.edge_index.equal(batch.edge_index)
    for key in ['diffusion_edge_index', 'diffusion_edge_weight']:
        assert out[key].equal(batch[key])


@pytest.mark.parametrize('key', ['face', 'edge_label_index', 'node_index'])
def test_unknown_indices(key: str) -> None:
    data = Data(x=torch.ones(3, 1), edge_index=PAIR, **{key: PAIR})
    with raises(ValueError, f"'data' must not hold '{key}', which cannot "
                "follow when nodes are dropped. Remove it"):
        NodeDropping(0.4)(data)
