r"""What holds for every augmentation."""

import copy
from typing import Any, Callable, Optional

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Batch, Data, HeteroData

from pyg_batchsampler.transforms import (Augmentation, EdgePerturbation,
                                         FeatureMasking, NodeDropping,
                                         PPRDiffusion, RandomChoice,
                                         RandomWalkSubgraph)
from tests.helpers import make_generator, raises, untouched_random_state
from tests.transforms.traced import random_batch, random_graph, rings


def random_choice(ratio: float,
                  generator: Optional[torch.Generator] = None) -> RandomChoice:
    return RandomChoice([each(ratio, generator) for each in KINDS], generator)


KINDS = [EdgePerturbation, FeatureMasking, NodeDropping, RandomWalkSubgraph]
Make = Callable[..., Any]
every_kind = pytest.mark.parametrize('make', [*KINDS, random_choice])


def same(data: Any, other: Any) -> bool:
    return set(data.keys()) == set(other.keys()) and all(
        data[key].equal(other[key]) if isinstance(data[key], Tensor) else
        data[key] == other[key] for key in data.keys())


@every_kind
@given(random_batch(), st.sampled_from([0.0, 0.3, 0.99]))
@settings(max_examples=30, deadline=None)
def test_nothing_is_lost_or_mixed(make: Make, batch: Any,
                                  ratio: float) -> None:
    before = copy.deepcopy(batch)
    with untouched_random_state():
        out = make(ratio, make_generator())(batch)
    assert same(batch, before)
    assert same(out, make(ratio, make_generator())(batch))
    assert out.num_graphs == batch.num_graphs and out.y.equal(batch.y)
    assert out.ptr[-1] == len(out.batch) == out.x.size(0) == out.num_nodes
    assert out.ptr.equal(torch.arange(out.num_graphs + 1).apply_(
        lambda i: int((out.batch < i).sum())))
    assert int(out.ptr.diff().min()) >= 1
    # Attributes of edges still come from their own graph.
    row, col = out.edge_index
    assert out.edge_attr.size(0) == row.numel()
    assert out.batch[row].equal(out.batch[col])
    assert out.batch[row].equal(before.batch[out.edge_attr[:, 0].long()])
    # Graphs of the output are found again, and are what they seem.
    for i, data in enumerate(out.to_data_list()):
        data.validate()
        first, last = out.ptr[i], out.ptr[i + 1]
        is_inside = out.batch[row] == i
        assert data.num_nodes == last - first
        assert data.x.equal(out.x[first:last])
        assert data.edge_index.equal(out.edge_index[:, is_inside] - first)
        assert data.edge_attr.equal(out.edge_attr[is_inside])
        assert int(data.y) == i
    assert same(Batch.from_data_list(out.to_data_list()), out)


@every_kind
@given(st.integers(1, 12), st.sampled_from([0, 0.3, 1]), st.booleans())
@settings(max_examples=30, deadline=None)
def test_one_graph_is_a_batch_of_one(make: Make, size: int, density: float,
                                     is_undirected: bool) -> None:
    data = random_graph(size, density, is_undirected, make_generator())
    out = make(0.4, make_generator(1))(data)
    other = make(0.4, make_generator(1))(Batch.from_data_list([data]))
    assert same(out, other.get_example(0))


@pytest.mark.parametrize('make', KINDS)
def test_only_chosen_graphs(make: Make) -> None:
    batch = rings([12] * 6)
    chosen = torch.tensor([True, False, True, False, False, True])
    out = make(0.5, make_generator()).forward(copy.copy(batch), chosen)
    for i in range(6):
        assert same(out[i], batch[i]) is not bool(chosen[i])


@every_kind
def test_without_a_generator_the_global_one(make: Make) -> None:
    batch = rings([12] * 6)
    torch.manual_seed(0)
    first, second = make(0.5)(batch), make(0.5)(batch)
    torch.manual_seed(0)
    assert same(make(0.5)(batch), first) and not same(first, second)


@pytest.mark.parametrize('make', KINDS)
def test_batch_made_by_hand(make: Make) -> None:
    batch = rings([10, 20])
    plain = Data(x=batch.x, edge_index=batch.edge_index, batch=batch.batch)
    out = make(0.5, make_generator())(plain)
    expected = make(0.5, make_generator())(batch)
    for key in ['x', 'edge_index', 'batch']:
        assert out[key].equal(expected[key])
    assert 'num_nodes' not in out


@pytest.mark.parametrize('make', KINDS)
def test_follow_batch(make: Make) -> None:
    batch = Batch.from_data_list(
        rings([10, 20]).to_data_list(),
        follow_batch=['x', 'edge_index', 'edge_attr'])
    out = make(0.5, make_generator())(batch)
    assert out.x_batch.equal(out.batch) and out.x_ptr.equal(out.ptr)
    for key in ['edge_index', 'edge_attr']:
        group = out[f'{key}_batch']
        assert group.equal(out.batch[out.edge_index[0]])
        assert out[f'{key}_ptr'].diff().equal(group.bincount())


@pytest.mark.parametrize('make', KINDS)
def test_repr(make: Make) -> None:
    assert repr(make(0.3)) == f'{make.__name__}(ratio=0.3)'


@pytest.mark.parametrize('make', [*KINDS, random_choice])
def test_bad_values(make: Make) -> None:
    with raises(ValueError, "'ratio' must lie in [0, 1) (got 1.0)"):
        make(1.0)
    with raises(TypeError, "'ratio' must be a number (got '0.1')"):
        make('0.1')


@pytest.mark.parametrize('transform', [
    *(make(0.1) for make in KINDS), random_choice(0.1), PPRDiffusion()])
def test_bad_graphs(transform: Any) -> None:
    with raises(TypeError, "'data' must be homogeneous (got HeteroData). "
                "Convert it with 'to_homogeneous()'"):
        transform(HeteroData())
    with raises(ValueError, "'data' must hold 'edge_index' (got ['x'])"):
        transform(Data(x=torch.ones(3, 1)))


@pytest.mark.parametrize('transform', [
    NodeDropping(0.4), EdgePerturbation(0.4), RandomWalkSubgraph(0.4),
    PPRDiffusion()])
@pytest.mark.parametrize('other', [9, -3])
def test_edges_to_no_node(transform: Any, other: int) -> None:
    with raises(ValueError, "'edge_index' must lie in [0, 3), the nodes "
                f"(got {other})"):
        transform(Data(x=torch.ones(3, 1),
                       edge_index=torch.tensor([[1], [other]])))


def test_defaults() -> None:
    assert [make().ratio for make in KINDS] == [0.1, 0.1, 0.1, 0.2]
    assert all(issubclass(make, Augmentation) for make in KINDS)
