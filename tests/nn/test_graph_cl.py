from typing import Any

import pytest
import torch

from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
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
