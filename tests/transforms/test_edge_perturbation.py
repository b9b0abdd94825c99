from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Batch, Data

from pyg_batchsampler.transforms import EdgePerturbation
from tests.helpers import make_generator
from tests.transforms.traced import edges_of, random_batch, traced


@given(random_batch(), st.sampled_from([0.0, 0.2, 0.5, 0.99]))
@settings(max_examples=100, deadline=None)
def test_edge_perturbation(batch: Any, ratio: float) -> None:
    out = EdgePerturbation(ratio, make_generator())(batch)
    assert out.x.equal(batch.x) and out.ptr.equal(batch.ptr)
    for data, new in zip(batch.to_data_list(), out.to_data_list()):
        old_edges, new_edges = edges_of(data), edges_of(new)
        assert len(new_edges) == new.num_edges  # no duplicates
        loops = {(i, j) for i, j in old_edges if i == j}
        assert loops == {(i, j) for i, j in new_edges if i == j}

        is_undirected = all((j, i) in old_edges for i, j in old_edges)
        size = data.num_nodes * (data.num_nodes - 1)
        if is_undirected:
            assert all((j, i) in new_edges for i, j in new_edges)
            old_edges = {(i, j) for i, j in old_edges if i < j}
            new_edges = {(i, j) for i, j in new_edges if i < j}
            size = size // 2
        num_edges = len(old_edges - loops)
        count = int(ratio * num_edges + 1e-9)
        assert len(old_edges - new_edges) == count
        assert len(new_edges - old_edges) == min(count, size - num_edges)

        # Kept edges keep their attributes, new ones have those of an edge.
        attr = {}
        for edge, ends in zip(zip(*new.edge_index.tolist()),
                              (new.edge_attr - new.x[0]).long().tolist()):
            attr[edge] = tuple(ends)
            i, j = ends
            if edge in edges_of(data):
                assert attr[edge] == edge
            else:
                assert i != j and (i, j) in edges_of(data)
        if is_undirected:
            for i, j in new_edges - old_edges:
                assert attr[i, j] == attr[j, i]


def test_nothing_to_do_leaves_edges_in_order() -> None:
    edge_index = torch.tensor([[2, 0, 1, 1], [0, 2, 1, 2]])
    data = traced(edge_index, 3)
    assert EdgePerturbation(0.0)(data).edge_index.equal(edge_index)


def test_complete_graph() -> None:
    edge_index = torch.ones(5, 5).fill_diagonal_(0).nonzero().t()
    out = EdgePerturbation(0.5)(Data(edge_index=edge_index, num_nodes=5))
    assert out.num_edges == 10 and out.is_undirected()
    # Only 3 and 4 are not joined, so that they will be.
    data = Data(edge_index=edge_index[:, (edge_index.sum(0) != 7)],
                num_nodes=5)
    out = EdgePerturbation(0.4)(data)
    assert out.num_edges == 14 and {(3, 4), (4, 3)} < edges_of(out)


def test_repeated_edges_count_once() -> None:
    edge_index = torch.tensor([[0, 0, 1, 1, 2, 2], [1, 1, 0, 0, 3, 3]])
    for seed in range(10):
        out = EdgePerturbation(0.5, make_generator(seed))(
            Data(edge_index=edge_index, num_nodes=4))
        # Three distinct directed edges, of which one goes.
        assert len(edges_of(out)) == 3
        assert len(edges_of(out) & {(0, 1), (1, 0), (2, 3)}) == 2
        assert out.num_edges == 5


@pytest.mark.parametrize('num_old', [4, 10])  # few and most of 15
@pytest.mark.parametrize('is_undirected', [True, False])
def test_edge_perturbation_is_uniform(num_old: int,
                                      is_undirected: bool) -> None:
    edge_index = torch.combinations(torch.arange(6)).t()[:, :num_old]
    if is_undirected:
        edge_index = torch.cat([edge_index, edge_index.flip(0)], dim=1)
    batch = Batch.from_data_list([traced(edge_index, 6)] * 4000)
    out = EdgePerturbation(0.5, make_generator())(batch)
    code = (out.edge_index % 6).t() @ torch.tensor([6, 1])
    count = code.bincount(minlength=36).view(6, 6)
    old = torch.zeros(6, 6, dtype=torch.bool)
    old[edge_index[0], edge_index[1]] = True
    free = ~old & ~torch.eye(6, dtype=torch.bool)
    if is_undirected:
        free, old = free.triu(), old.triu()
    num_moved = num_old // 2
    for cells, num_chosen in [(old, num_old - num_moved),
                              (free, min(num_moved, int(free.sum())))]:
        p = num_chosen / int(cells.sum())
        bound = 4.5 * (4000 * p * (1 - p))**0.5
        assert float((count[cells] - 4000 * p).abs().max()) <= bound
