from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Batch, Data, HeteroData

from pyg_batchsampler.transforms import (FeatureMasking, NodeDropping,
                                         RandomChoice)
from tests.helpers import make_generator, raises, untouched_random_state


def traced_batch(sizes: 'list[int]') -> Any:
    r"""Rings whose nodes and edges know where they come from."""
    graphs, first = [], 0
    for size in sizes:
        node = torch.arange(size)
        edge_index = torch.stack([node, (node + 1) % size])
        if size < 2:
            edge_index = edge_index[:, :0]
        graphs.append(Data(
            x=(first + node).view(-1, 1).float(), edge_index=edge_index,
            edge_attr=(first + edge_index).t().float(), y=torch.tensor([size]),
            num_nodes=size))
        first += size
    return Batch.from_data_list(graphs)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5),
       st.sampled_from([0.0, 0.1, 0.5, 0.99]))
@settings(max_examples=50, deadline=None)
def test_node_dropping(sizes: 'list[int]', ratio: float) -> None:
    batch = traced_batch(sizes)
    before = batch.clone()
    out = NodeDropping(ratio, make_generator())(batch)
    assert batch.x.equal(before.x) and batch.ptr.equal(before.ptr)
    kept = [size - int(size * ratio + 1e-9) for size in sizes]
    assert out.ptr.diff().tolist() == kept and min(kept) >= 1
    assert out.num_graphs == len(sizes) and out.y.tolist() == sizes
    node = out.x.view(-1).long()
    assert out.batch.equal(before.batch[node])
    # Edges still join the nodes they joined, and none between kept is lost.
    assert out.edge_attr.equal(out.x.view(-1)[out.edge_index].t())
    is_kept = torch.zeros(before.num_nodes, dtype=torch.bool)
    is_kept[node] = True
    assert out.edge_index.size(1) == int(
        is_kept[before.edge_index].all(dim=0).sum())


def test_node_dropping_is_uniform() -> None:
    batch = traced_batch([10] * 2000)
    out = NodeDropping(0.3, make_generator())(batch)
    count = torch.bincount(out.x.view(-1).long() % 10, minlength=10)
    expected, sd = 1400, (2000 * 0.7 * 0.3)**0.5
    assert float((count - expected).abs().max()) < 4.5 * sd


def test_feature_masking() -> None:
    batch = traced_batch([10] * 500)
    batch.x = torch.full((5000, 2), 7.0)
    out = FeatureMasking(0.2, make_generator())(batch)
    masked = (out.x != 7).all(dim=1)
    assert masked.view(500, 10).sum(1).tolist() == [2] * 500
    noise = out.x[masked]
    assert abs(float(noise.mean()) - 0.5) < 4.5 * 0.5 / 2000**0.5
    assert abs(float(noise.std()) - 0.5) < 4.5 * 0.5 / 4000**0.5


def test_single_graph() -> None:
    data = traced_batch([20]).get_example(0)
    assert NodeDropping(0.5)(data).num_nodes == 10
    data = Data(edge_index=torch.tensor([[0, 1], [1, 0]]), num_nodes=4)
    assert NodeDropping(0.25)(data).num_nodes == 3


def test_random_choice_per_graph() -> None:
    batch = traced_batch([10] * 1000)
    generator = make_generator()
    choice = RandomChoice([NodeDropping(0.5, generator),
                           FeatureMasking(0.5, generator)], generator)
    with untouched_random_state():
        out = choice(batch)
    size = out.ptr.diff()
    dropped = int((size == 5).sum())
    assert int((size == 10).sum()) == 1000 - dropped
    assert abs(dropped - 500) < 4.5 * 250**0.5
    is_masked = out.x.view(-1) != out.x.view(-1).round()
    masked: Tensor = torch.zeros(1000).index_add_(0, out.batch,
                                                  is_masked.float())
    assert masked[size == 5].sum() == 0
    assert masked[size == 10].eq(5).all()


def test_bad_values() -> None:
    with raises(ValueError, "'ratio' must lie in [0, 1) (got 1.0)"):
        NodeDropping(1.0)
    with raises(ValueError, "'transforms' must hold at least one transform "
                "(got 0)"):
        RandomChoice([])
    with raises(TypeError, "'x' must hold floating-point features (got "
                "torch.int64)"):
        FeatureMasking()(Data(x=torch.ones(3, 1).long(),
                              edge_index=torch.empty(2, 0).long()))
    with raises(TypeError, "'data' must be homogeneous (got HeteroData). "
                "Convert it with 'to_homogeneous()'"):
        NodeDropping()(HeteroData())


@pytest.mark.parametrize('transform', [NodeDropping(), FeatureMasking()])
def test_repr(transform: Any) -> None:
    assert repr(transform) == f'{type(transform).__name__}(ratio=0.1)'
