from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Data

from pyg_batchsampler.transforms import NodeDropping
from tests.helpers import make_generator
from tests.transforms.traced import random_batch, rings


@given(random_batch(), st.sampled_from([0.0, 0.1, 0.5, 0.99]))
@settings(max_examples=50, deadline=None)
def test_node_dropping(batch: Any, ratio: float) -> None:
    out = NodeDropping(ratio, make_generator())(batch)
    assert out.ptr.diff().tolist() == [
        size - int(size * ratio + 1e-9) for size in batch.ptr.diff().tolist()]
    node = out.x.view(-1).long()
    assert out.batch.equal(batch.batch[node])
    # Edges still join the nodes they joined, and none between kept is lost.
    assert out.edge_attr.equal(out.x.view(-1)[out.edge_index].t())
    is_kept = torch.zeros(batch.num_nodes, dtype=torch.bool)
    is_kept[node] = True
    assert out.edge_index.size(1) == int(
        is_kept[batch.edge_index].all(dim=0).sum())


def test_node_dropping_is_uniform() -> None:
    batch = rings([10] * 2000)
    out = NodeDropping(0.3, make_generator())(batch)
    count = torch.bincount(out.x.view(-1).long() % 10, minlength=10)
    expected, sd = 1400, (2000 * 0.7 * 0.3)**0.5
    assert float((count - expected).abs().max()) < 4.5 * sd


def test_single_graph() -> None:
    data = rings([20]).get_example(0)
    assert NodeDropping(0.5)(data).num_nodes == 10
    data = Data(edge_index=torch.tensor([[0, 1], [1, 0]]), num_nodes=4)
    assert NodeDropping(0.25)(data).num_nodes == 3
