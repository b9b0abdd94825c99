import pytest
import torch
from torch_geometric.data import HeteroData
from torch_geometric.transforms import ToSparseTensor

from pyg_batchsampler.losses import JSDLoss
from pyg_batchsampler.nn import MVGRL, MVGRLOutput
from tests.helpers import raises
from tests.nn.graphs import (check_gradients, check_reset, collate,
                             diffused_graphs, permuted)


def test_batch_equals_single_graphs() -> None:
    model = MVGRL(3, 8)
    batch = collate(diffused_graphs())
    out = model(batch)
    assert isinstance(out, MVGRLOutput)
    assert [tuple(z.shape) for z in out] == [(14, 8), (14, 8), (3, 8), (3, 8)]
    single = [model(data) for data in diffused_graphs()]
    for z, parts in zip(out, zip(*single)):
        torch.testing.assert_close(z, torch.cat(parts))
    torch.testing.assert_close(
        model.embed(batch),
        torch.cat([model.embed(data) for data in diffused_graphs()]))
    torch.testing.assert_close(model.embed(batch), out.graph1 + out.graph2)


def test_views_read_their_own_edges() -> None:
    model = MVGRL(3, 8)
    data = diffused_graphs()[2]
    before, weight = model(data), data.diffusion_edge_weight
    data.diffusion_edge_weight = 2 * weight
    after = model(data)
    assert after.node1.equal(before.node1)
    assert not torch.allclose(after.node2, before.node2)
    data.diffusion_edge_weight = weight
    data.edge_index = data.edge_index[:, :5]
    after = model(data)
    assert not torch.allclose(after.node1, before.node1)
    assert after.node2.equal(before.node2)


def test_graphs_without_nodes_keep_their_row() -> None:
    batch = collate(diffused_graphs())
    keep = batch.batch != 1
    batch.x, batch.batch = batch.x[keep], batch.batch[keep]
    for name in ['edge_index', 'diffusion_edge_index']:
        batch[name] = torch.tensor([[0], [0]])
    batch.diffusion_edge_weight = torch.ones(1)
    out = MVGRL(3, 8)(batch)
    assert out.graph1.size() == out.graph2.size() == (3, 8)
    assert out.node1.size() == (10, 8)


def test_order_does_not_matter() -> None:
    model = MVGRL(3, 8)
    data = diffused_graphs()[2]
    torch.testing.assert_close(model.embed(data), model.embed(permuted(data)))


@pytest.mark.parametrize('autocast', [True, False])
def test_gradients_reach_every_parameter(autocast: bool) -> None:
    torch.manual_seed(0)
    model = MVGRL(3, 16)
    batch = collate(diffused_graphs())
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=autocast):
        loss = JSDLoss()(*model(batch), batch.batch)
    check_gradients(model, loss)
    check_reset(model)


def test_training_lowers_the_loss_and_moves_the_encoders() -> None:
    torch.manual_seed(0)
    model, loss_fn = MVGRL(3, 16), JSDLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    before = {name: p.clone() for name, p in model.named_parameters()}
    batch, losses = collate(diffused_graphs()), []
    for _ in range(20):
        optimizer.zero_grad()
        loss = loss_fn(*model(batch), batch.batch)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    for name, parameter in model.named_parameters():
        assert not parameter.equal(before[name]), name


def test_names_and_messages() -> None:
    assert MVGRL(3, 8).out_channels == 8
    assert 'GCNEncoder(3, hidden_channels=8' in repr(MVGRL(3, 8))
    for name in ['diffusion_edge_index', 'diffusion_edge_weight']:
        data = diffused_graphs()[1]
        del data[name]
        with raises(ValueError, f"'data' must have '{name}'. Apply "
                                "PPRDiffusion() from "
                                "pyg_batchsampler.transforms to it, e.g., "
                                "as 'pre_transform'"):
            MVGRL(3, 8)(data)
    data = diffused_graphs()[1]
    data.x = None
    with raises(ValueError, "'x' must hold node features (got None). Add "
                            "some, e.g., with "
                            "torch_geometric.transforms.Constant()"):
        MVGRL(3, 8)(data)


def test_graphs_of_another_format() -> None:
    model, data = MVGRL(3, 8), diffused_graphs()[1]
    with raises(ValueError, "'data' must hold 'edge_index' (got 'adj_t'). "
                "Leave out ToSparseTensor(). To get the edges of an adjacency "
                "matrix: torch_geometric.utils.to_edge_index(adj_t)[0]"
                ".flip(0)"):
        model(ToSparseTensor()(data))
    for value in [hetero := HeteroData({'atom': {'x': data.x}}),
                  collate([hetero, hetero])]:
        with raises(TypeError, "'data' must be homogeneous (got HeteroData). "
                    "Convert it with 'to_homogeneous()'"):
            model.embed(value)
