import pytest
import torch
from torch_geometric.data import Batch

from pyg_batchsampler.nn import DualEncoder, GINEncoder
from tests.helpers import make_generator, raises
from tests.nn.graphs import directed_graphs


def described() -> Batch:
    graphs = directed_graphs()
    for data, row in zip(graphs, torch.randn(len(graphs), 5,
                                             generator=make_generator())):
        data.description = row.view(1, -1)
    return Batch.from_data_list(graphs)


def test_sides_are_those_of_their_towers() -> None:
    batch = described()
    model = DualEncoder(GINEncoder(3, norm=None), 5, 7)
    graph, description = model(batch)
    assert graph.size() == description.size() == (batch.num_graphs, 7)
    assert graph.equal(model.graphs(batch))
    assert description.equal(model.describe(batch.description))
    assert model.embed(batch).equal(model.encoder(
        batch.x, batch.edge_index, batch.batch, batch.num_graphs))
    # What is known besides says nothing of the graph, and the other way.
    batch.description = batch.description.flip(0)
    assert model(batch)[0].equal(graph)
    torch.testing.assert_close(model(batch)[1], description.flip(0))
    before = model.describe(batch.description)
    model.reset_parameters()
    assert not model.describe(batch.description).equal(before)


def test_bad_values() -> None:
    batch = described()
    model = DualEncoder(GINEncoder(3), 4)
    with raises(ValueError, "'description' must have the shape "
                "[batch_size, 4] (got [3, 5])"):
        model(batch)
    del batch.description
    with pytest.raises(ValueError, match="'data' must hold 'description'"):
        model(batch)
    with pytest.raises(TypeError, match="'encoder' must be a graph encoder"):
        DualEncoder(torch.nn.Linear(2, 2), 4)
    with pytest.raises(ValueError, match="'description_channels' must be"):
        DualEncoder(GINEncoder(3), 0)
