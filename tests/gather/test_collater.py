from typing import Any

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch, Data, HeteroData

from pyg_batchsampler.gather.collater import Collater, holds_graph
from tests.gather.graphs import graph


@pytest.mark.parametrize('item, expected', [
    (graph(0), True),
    (HeteroData(), True),
    ((graph(0), 1), True),
    ({'a': [graph(0)]}, True),
    (torch.ones(2), False),
    ((torch.ones(2), 1), False),
    ({'a': 'text'}, False),
    ('text', False),
])
def test_holds_graph(item: Any, expected: bool) -> None:
    assert holds_graph(item) == expected


def test_graphs_are_collated_as_by_pyg() -> None:
    graphs = [graph(i) for i in range(3)]
    out = Collater(graphs, follow_batch=['edge_attr'], exclude_keys=['y'])(
        graphs)
    expected: Any = Batch.from_data_list(graphs, ['edge_attr'], ['y'])
    assert out.to_dict().keys() == expected.to_dict().keys()
    assert all(out[key].equal(expected[key]) for key in out.keys())


def test_all_else_is_collated_as_by_pytorch() -> None:
    image, label = Collater([])([(np.ones((2, 2)), 0), (np.ones((2, 2)), 1)])
    assert image.shape == (2, 2, 2) and label.tolist() == [0, 1]
    pair = Collater([])([(Data(x=torch.ones(i, 1)), i) for i in range(3)])
    assert pair[0].num_graphs == 3 and pair[1].tolist() == [0, 1, 2]
