from typing import Any

import pytest
import torch
from torch_geometric.data import HeteroData
from torch_geometric.nn import GIN
from torch_geometric.transforms import ToSparseTensor

from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GCNEncoder, GINEncoder, GraphCL
from pyg_batchsampler.transforms import NodeDropping
from tests.helpers import make_generator, raises
from tests.nn.graphs import (check_gradients, check_reset, collate,
                             directed_graphs, molecules)

kinds = pytest.mark.parametrize(
    'graphs,in_channels', [(directed_graphs, 3), (molecules, None)],
    ids=['features', 'molecules'])


@kinds
def test_batch_equals_single_graphs(graphs: Any, in_channels: Any) -> None:
    model = GraphCL(GINEncoder(in_channels)).eval()
    batch = collate(graphs())
    torch.testing.assert_close(
        model.embed(batch),
        torch.cat([model.embed(data) for data in graphs()]))
    torch.testing.assert_close(
        model(batch), torch.cat([model(data) for data in graphs()]))
    assert model(batch).size() == (3, 96)


@kinds
@pytest.mark.parametrize('autocast', [True, False])
def test_gradients_reach_every_parameter(graphs: Any, in_channels: Any,
                                         autocast: bool) -> None:
    torch.manual_seed(0)
    model = GraphCL(GINEncoder(in_channels, 16), projection_channels=8)
    batch = NodeDropping(0.2, make_generator())(collate(graphs()))
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=autocast):
        loss = model(batch).float().square().sum()
    check_gradients(model, loss)
    check_reset(model)


@kinds
def test_training_lowers_the_loss(graphs: Any, in_channels: Any) -> None:
    torch.manual_seed(0)
    model = GraphCL(GINEncoder(in_channels, 16))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    batch, losses = collate(graphs()), []
    for _ in range(10):
        optimizer.zero_grad()
        loss = nt_xent_loss(model(batch), model(batch), temperature=0.5)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_head_starts_as_xavier() -> None:
    model = GraphCL(GINEncoder(3))
    for lin in model.head.lins:
        assert not bool(lin.bias.any())
        assert lin.weight.abs().max().item() <= (6 / 192)**0.5


def test_names_and_messages() -> None:
    assert GraphCL(GINEncoder(3)).out_channels == 96
    assert GraphCL(GINEncoder(3), 8).out_channels == 8
    assert 'GINEncoder(3, hidden_channels=32' in repr(GraphCL(GINEncoder(3)))
    with raises(ValueError, "'projection_channels' must be at least 1 "
                            "(got 0)"):
        GraphCL(GINEncoder(3), projection_channels=0)
    data = directed_graphs()[1]
    data.x = None
    with raises(ValueError, "'x' must hold node features (got None). Add "
                            "some, e.g., with "
                            "torch_geometric.transforms.Constant()"):
        GraphCL(GINEncoder(3))(data)


@pytest.mark.parametrize('encoder', [
    GIN(3, 32, num_layers=2), GCNEncoder(3), torch.nn.Linear(3, 8), None
], ids=lambda encoder: type(encoder).__name__)
def test_other_encoders_are_refused_at_once(encoder: Any) -> None:
    with raises(TypeError, "'encoder' must be a graph encoder, e.g., "
                f"GINEncoder(3) (got {encoder!r}). One of your own needs "
                "'out_channels', 'uses_edge_attr' and 'forward(x, edge_index, "
                "batch, batch_size)' that returns one row per graph"):
        GraphCL(encoder)


def test_encoder_of_the_user() -> None:
    class Sizes(torch.nn.Module):
        out_channels, uses_edge_attr = 1, False

        def forward(self, x: Any, edge_index: Any, batch: Any,
                    batch_size: Any) -> Any:
            return batch.bincount(minlength=batch_size).view(-1, 1).float()

    batch = collate(directed_graphs())
    assert GraphCL(Sizes()).embed(batch).tolist() == [[1], [4], [9]]


def test_graphs_of_another_format() -> None:
    model, data = GraphCL(GINEncoder(3)), directed_graphs()[1]
    with raises(ValueError, "'data' must hold 'edge_index' (got 'adj_t'). "
                "Leave out ToSparseTensor(). To get the edges of an adjacency "
                "matrix: torch_geometric.utils.to_edge_index(adj_t)[0]"
                ".flip(0)"):
        model(ToSparseTensor()(data))
    with raises(TypeError, "'edge_index' must be a dense tensor, "
                "[2, num_edges] (got SparseTensor). To get the edges of an "
                "adjacency matrix: torch_geometric.utils.to_edge_index(adj_t)"
                "[0].flip(0)"):
        model.encoder(data.x, ToSparseTensor()(data).adj_t)
    hetero = HeteroData({'atom': {'x': data.x}})
    for value in [hetero, collate([hetero, hetero])]:
        with raises(TypeError, "'data' must be homogeneous (got HeteroData). "
                    "Convert it with 'to_homogeneous()'"):
            model(value)
    del data.edge_index
    with raises(ValueError, "'data' must hold 'edge_index' (got ['x'])"):
        model(data)
    with raises(ValueError, "'data' must hold 'edge_index' (got Tensor)"):
        model(data.x)
