import torch
from torch_geometric.data import Batch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.training import embed_dataset
from tests.helpers import untouched_random_state


def test_graphs_in_order() -> None:
    dataset = Digits()[:40]
    model = GraphCL(GINEncoder(dataset.num_features), 8)
    batch = Batch.from_data_list(list(dataset))
    with untouched_random_state():
        z = embed_dataset(model, dataset, batch_size=7)
    assert model.training and not z.requires_grad
    with torch.no_grad():
        model.eval()
        assert z.allclose(model.embed(batch), atol=1e-5)
        projections = embed_dataset(model.forward, list(dataset))
        assert projections.allclose(model(batch), atol=1e-5)


def test_whatever_can_be_collated() -> None:
    x = torch.randn(10, 3)
    assert embed_dataset(lambda rows: 2 * rows, x, batch_size=4).equal(2 * x)
    pairs = list(zip(x, torch.arange(10)))
    assert embed_dataset(lambda batch: batch[0], pairs).equal(x)
