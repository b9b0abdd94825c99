import dataclasses
from pathlib import Path
from typing import Any, Dict

import pytest
import torch
from torch_sparse import SparseTensor

from pyg_batchsampler import ProximityGraph, build_proximity_graph
from tests.helpers import raises


def test_sparse_tensor_there_and_back() -> None:
    graph = build_proximity_graph(torch.randn(20, 3))
    adj = graph.to_sparse_tensor()
    again = ProximityGraph.from_sparse_tensor(adj)
    assert again.rowptr.equal(graph.rowptr)
    assert again.to_sparse_tensor().to_dense().equal(adj.to_dense())
    assert graph.similarity is not None
    row = torch.repeat_interleave(graph.rowptr.diff())
    assert adj.to_dense()[row, graph.col].equal(graph.similarity)


@pytest.mark.parametrize('with_similarity', [True, False])
def test_save_and_load(tmp_path: Path, with_similarity: bool) -> None:
    graph = build_proximity_graph(torch.randn(20, 3))
    if not with_similarity:
        graph = dataclasses.replace(graph, similarity=None)
    graph.save(tmp_path / 'graph.pt')
    again = ProximityGraph.load(tmp_path / 'graph.pt').to('cpu')
    assert again.col.equal(graph.col) and again.rowptr.equal(graph.rowptr)
    assert (again.similarity is None) == (not with_similarity)
    assert [path.name for path in tmp_path.iterdir()] == ['graph.pt']


def test_frozen() -> None:
    graph = ProximityGraph.from_neighbors(torch.tensor([[1], [0]]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.col = torch.tensor([0, 0])  # type: ignore[misc]


@pytest.mark.parametrize('kwargs,message', [
    (dict(rowptr=torch.tensor([0, 1]), col=torch.tensor([0.0])),
     "'col' must be a vector of torch.int32 or torch.int64 (got [1] of "
     "torch.float32)"),
    (dict(rowptr=torch.tensor([0, 2]), col=torch.tensor([0])),
     "'rowptr' must rise from 0 to the number of edges, 1"),
    (dict(rowptr=torch.tensor([0, 2, 1]), col=torch.tensor([0])),
     "'rowptr' must rise from 0 to the number of edges, 1"),
    (dict(rowptr=torch.tensor([0, 1]), col=torch.tensor([1])),
     "'col' must lie in [0, 1) (got 1)"),
    (dict(rowptr=torch.tensor([0, 1]), col=torch.tensor([-1])),
     "'col' must lie in [0, 1) (got -1)"),
    (dict(rowptr=torch.tensor([0, 1]), col=torch.tensor([0]),
          similarity=torch.ones(2)),
     "'similarity' must hold one value per edge, 1 (got [2])"),
])
def test_bad_values(kwargs: Dict[str, Any], message: str) -> None:
    with raises(ValueError, message):
        ProximityGraph(**kwargs)


def test_bad_shapes() -> None:
    with raises(ValueError, "'neighbor' must be two-dimensional, "
                "[num_instances, num_neighbors] (got [3])"):
        ProximityGraph.from_neighbors(torch.arange(3))
    adj = SparseTensor(row=torch.tensor([0]), col=torch.tensor([2]),
                       sparse_sizes=(2, 3))
    with raises(ValueError, "'adj' must be square (got 2 x 3)"):
        ProximityGraph.from_sparse_tensor(adj)
