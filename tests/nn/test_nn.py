import torch
from torch_geometric.data import Batch, Data

from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.transforms import NodeDropping


def graphs() -> 'list[Data]':
    return [Data(x=torch.randn(n, 3), edge_index=torch.randint(n, (2, 2 * n)))
            for n in [1, 4, 9]]


def test_batch_equals_single_graphs() -> None:
    model = GraphCL(GINEncoder(3)).eval()
    some = graphs()
    batch: Data = Batch.from_data_list(some)
    torch.testing.assert_close(
        model.embed(batch), torch.cat([model.embed(data) for data in some]))
    torch.testing.assert_close(
        model(batch), torch.cat([model(data) for data in some]))
    assert model(batch).size() == (3, 96)


def test_graphs_without_nodes_keep_their_row() -> None:
    encoder = GINEncoder(3).eval()
    out = encoder(torch.ones(2, 3), torch.empty(2, 0).long(),
                  torch.tensor([0, 2]), 4)
    assert out.size() == (4, 96)
    assert bool((out[[1, 3]] == 0).all())
    assert out[0].equal(out[2])


def test_order_of_nodes_does_not_matter() -> None:
    data = graphs()[2]
    encoder = GINEncoder(3).eval()
    perm = torch.randperm(9)
    other = encoder(data.x[perm], perm.argsort()[data.edge_index])
    torch.testing.assert_close(encoder(data.x, data.edge_index), other)


def test_gradients_reach_every_parameter() -> None:
    model = GraphCL(GINEncoder(3), projection_channels=8)
    batch = NodeDropping(0.2)(Batch.from_data_list(graphs()))
    model(batch).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
    before = [p.clone() for p in model.parameters()]
    model.reset_parameters()
    assert any(not a.equal(b) for a, b in zip(before, model.parameters()))
