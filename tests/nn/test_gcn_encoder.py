from typing import Any, Dict

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import GCNConv

from pyg_batchsampler.nn import GCNEncoder
from tests.helpers import raises
from tests.nn.graphs import (check_gradients, check_reset, collate,
                             diffused_graphs, directed_graphs, permuted)

both = pytest.mark.parametrize('normalize', [True, False])


def test_path_of_three_by_hand() -> None:
    encoder = GCNEncoder(2, hidden_channels=2)
    weights = [torch.tensor([[1.0, -2.0], [0.5, 1.0]]),
               torch.tensor([[0.0, 1.0], [-1.0, 3.0]])]
    biases = [torch.tensor([0.25, -1.0]), torch.tensor([-0.5, 0.0])]
    for lin, weight, bias in zip(encoder.lins, weights, biases):
        lin.weight.data, lin.bias.data = weight, bias
    x = torch.tensor([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]])
    # Degrees with self-loops are 2, 3 and 2.
    half, sixth = 1 / 2, 6**-0.5
    adjacency = torch.tensor([[half, sixth, 0], [sixth, 1 / 3, sixth],
                              [0, sixth, half]])
    layers = [x]
    for weight, bias in zip(weights, biases):
        out = adjacency @ layers[-1] @ weight.t() + bias
        layers.append(torch.where(out > 0, out, 0.25 * out))
    edge_index = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    node, graph = encoder(x, edge_index)
    torch.testing.assert_close(node, layers[2])
    torch.testing.assert_close(
        graph, torch.cat([out.sum(0, keepdim=True) for out in layers[1:]], 1))


@both
@pytest.mark.parametrize('hidden_channels', [2, 8])  # narrower and wider
@pytest.mark.parametrize('weighted', [True, False])
def test_equals_layers_of_pyg(normalize: bool, hidden_channels: int,
                              weighted: bool) -> None:
    data = collate(diffused_graphs())
    weight = data.diffusion_edge_weight if weighted else None
    encoder = GCNEncoder(3, hidden_channels, normalize=normalize)
    x = data.x
    lin: Any
    for lin, act in zip(encoder.lins, encoder.acts):
        lin.bias.data.normal_()
        conv = GCNConv(lin.in_features, hidden_channels, normalize=normalize)
        conv.lin.weight.data, conv.bias.data = lin.weight, lin.bias
        x = act(conv(x, data.diffusion_edge_index, weight))
    node, _ = encoder(data.x, data.diffusion_edge_index, data.batch,
                      edge_weight=weight)
    torch.testing.assert_close(node, x)


@both
def test_batch_equals_single_graphs(normalize: bool) -> None:
    encoder = GCNEncoder(3, 8, normalize=normalize)
    batch = collate(directed_graphs())
    single = [encoder(data.x, data.edge_index) for data in directed_graphs()]
    node, graph = encoder(batch.x, batch.edge_index, batch.batch, 3)
    torch.testing.assert_close(node, torch.cat([out[0] for out in single]))
    torch.testing.assert_close(graph, torch.cat([out[1] for out in single]))


def test_graphs_without_nodes_keep_their_row() -> None:
    encoder = GCNEncoder(3, 8)
    no_edges = torch.empty(2, 0).long()
    node, graph = encoder(torch.ones(2, 3), no_edges, torch.tensor([0, 2]), 4)
    assert node.size() == (2, 8) and graph.size() == (4, 16)
    assert bool((graph[[1, 3]] == 0).all())
    torch.testing.assert_close(graph[0], graph[2])
    node, graph = encoder(torch.ones(0, 3), no_edges, torch.empty(0).long(),
                          2)
    assert node.size() == (0, 8) and graph.equal(torch.zeros(2, 16))


@both
def test_order_does_not_matter(normalize: bool) -> None:
    encoder = GCNEncoder(3, 8, normalize=normalize)

    def encode(data: Data) -> Tensor:
        graph: Tensor = encoder(data.x, data.diffusion_edge_index,
                                edge_weight=data.diffusion_edge_weight)[1]
        return graph

    data = diffused_graphs()[2]
    torch.testing.assert_close(encode(data), encode(permuted(data)))


@both
@pytest.mark.parametrize('autocast', [True, False])
def test_gradients_reach_every_parameter(normalize: bool,
                                         autocast: bool) -> None:
    torch.manual_seed(0)
    encoder = GCNEncoder(3, 16, normalize=normalize)
    data = collate(directed_graphs())
    expected = encoder(data.x, data.edge_index, data.batch, 3)
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=autocast):
        node, graph = encoder(data.x, data.edge_index, data.batch, 3)
    torch.testing.assert_close(node.float(), expected[0], rtol=0.1, atol=0.3)
    torch.testing.assert_close(graph, expected[1], rtol=0.1, atol=0.3)
    check_gradients(encoder, node.square().sum() + graph.square().sum())
    check_reset(encoder)


def test_narrowing_layer_under_autocast() -> None:
    encoder = GCNEncoder(3, 2)
    data = directed_graphs()[2]
    with torch.autocast('cpu', dtype=torch.bfloat16):
        node, graph = encoder(data.x, data.edge_index)
    check_gradients(encoder, node.float().square().sum() + graph.sum())


def test_names() -> None:
    encoder = GCNEncoder(3, hidden_channels=8)
    assert repr(encoder) == ('GCNEncoder(3, hidden_channels=8, num_layers=2, '
                             'normalize=True)')
    assert encoder.out_channels == 16


def test_messages() -> None:
    for name in ['in_channels', 'hidden_channels', 'num_layers']:
        sizes: Dict[str, Any] = {'in_channels': 3, name: 0}
        with raises(ValueError, f"'{name}' must be at least 1 (got 0)"):
            GCNEncoder(**sizes)
    pair = torch.tensor([[0, 1], [1, 0]])
    with raises(ValueError, "'x' must be [num_nodes, 3] (got [2, 4])"):
        GCNEncoder(3)(torch.ones(2, 4), pair)
    with raises(ValueError, "'edge_weight' must have one number per edge, "
                            "[2] (got [3])"):
        GCNEncoder(3)(torch.ones(2, 3), pair, edge_weight=torch.ones(3))
