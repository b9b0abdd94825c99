import pytest
import torch

from pyg_batchsampler.datasets import Digits


def test_digits() -> None:
    dataset = Digits()
    assert len(dataset) == 1797 and dataset.num_classes == 10
    data = dataset[5]
    assert data.is_undirected() and not data.has_self_loops()
    assert bool((data.x >= 0).all()) and bool((data.x <= 1).all())
    assert bool((data.x[:, 0] > 0).all())
    step = (data.x[data.edge_index[0], 1:] - data.x[data.edge_index[1], 1:])
    assert float(step.abs().max()) == pytest.approx(1 / 7)
    # No pair of neighboring pixels is left out.
    distance = torch.cdist(data.x[:, 1:], data.x[:, 1:], p=float('inf'))
    near = (distance < 1.5 / 7).sum() - data.num_nodes
    assert int(near) == data.num_edges
