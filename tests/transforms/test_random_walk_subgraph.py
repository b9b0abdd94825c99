import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Batch

from pyg_batchsampler.transforms import RandomWalkSubgraph
from tests.helpers import make_generator
from tests.transforms.traced import (components, random_batch, random_graph,
                                     rings, traced)


@given(random_batch(), st.sampled_from([0.0, 0.2, 0.5, 0.99]))
@settings(max_examples=50, deadline=None)
def test_random_walk_subgraph(batch: Any, ratio: float) -> None:
    out = RandomWalkSubgraph(ratio, make_generator())(batch)
    node = out.x.view(-1).long()
    assert out.batch.equal(batch.batch[node])
    is_kept = torch.zeros(batch.num_nodes, dtype=torch.bool)
    is_kept[node] = True
    assert out.edge_attr.equal(out.x.view(-1)[out.edge_index].t())
    assert out.edge_index.size(1) == int(
        is_kept[batch.edge_index].all(dim=0).sum())
    for data, new in zip(batch.to_data_list(), out.to_data_list()):
        size = data.num_nodes
        assert new.num_nodes == max(1, math.ceil(ratio * size - 1e-9))
        # It leaves a component only when all of it has been visited.
        kept = {int(i) for i in new.x - data.x[0]}
        touched = [part for part in components(data) if part & kept]
        assert len(components(new)) == len(touched)
        assert sum(not part <= kept for part in touched) <= 1


def test_it_grows_past_one_hop() -> None:
    # On a ring of 100 the walk keeps one arc.
    out = RandomWalkSubgraph(0.3, make_generator())(rings([100] * 50))
    assert out.ptr.diff().eq(30).all() and out.num_edges == 29 * 50


def test_start_is_uniform() -> None:
    out = RandomWalkSubgraph(0.0, make_generator())(rings([10] * 5000))
    count = (out.x.view(-1).long() % 10).bincount(minlength=10)
    bound = 4.5 * (5000 * 0.1 * 0.9)**0.5
    assert float((count - 500).abs().max()) < bound


def test_steps_are_uniform() -> None:
    # Two nodes of a triangle with a tail at node 2. Edges as walked:
    # 0-1 from 0 (1/2) or 1 (1/2), 2-3 from 2 (1/3) or 3 (1), others likewise.
    edge_index = torch.tensor([[0, 0, 1, 2], [1, 2, 2, 3]])
    batch = Batch.from_data_list([traced(edge_index, 4)] * 4000)
    out = RandomWalkSubgraph(0.5, make_generator())(batch)
    pair = out.x.view(-1, 2).long() @ torch.tensor([4, 1])
    for nodes, p in [(1, 1 / 4), (2, 5 / 24), (6, 5 / 24), (11, 1 / 3)]:
        bound = 4.5 * (4000 * p * (1 - p))**0.5
        assert abs(int((pair == nodes).sum()) - 4000 * p) < bound


@pytest.mark.parametrize('size', [300, 301])
def test_slow_walks_end(size: int) -> None:
    # A walk in a clique hardly finds the way out along the tail.
    clique = torch.ones(size // 2, size // 2).triu(1).nonzero().t()
    tail = torch.arange(size // 2 - 1, size - 1)
    edge_index = torch.cat([clique, torch.stack([tail, tail + 1])], dim=1)
    out = RandomWalkSubgraph(0.9, make_generator())(traced(edge_index, size))
    assert out.num_nodes == math.ceil(0.9 * size)


def test_without_edges() -> None:
    data = random_graph(10, 0.0, True, make_generator())
    out = RandomWalkSubgraph(0.3)(data)
    assert out.num_nodes == 3 == out.x.unique().numel()
