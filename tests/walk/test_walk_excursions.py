import torch

from pyg_batchsampler import build_proximity_graph
from pyg_batchsampler.walk.walk_excursions import walk_steps
from pyg_batchsampler.walk.walk_torch_cluster import Edges


def test_steps_are_edges_or_returns() -> None:
    graph = build_proximity_graph(torch.randn(60, 4), num_candidates=20,
                                  num_neighbors=3)
    start = torch.arange(60)
    steps = walk_steps(Edges(graph), start, start, 50, 0.3)
    before = torch.cat([start.view(-1, 1), steps[:, :-1]], dim=1)
    adj = graph.to_sparse_tensor().to_dense() != 0
    is_return = steps == start.view(-1, 1)
    assert bool((adj[before, steps] | is_return).all())
    assert 0.2 < float(is_return.double().mean()) < 0.5
