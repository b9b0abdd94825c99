import pytest
import torch
from torch_geometric.data import Batch, Data

from pyg_batchsampler.training.views import (AUGMENTATIONS, augmentation_names,
                                             make_views)
from tests.helpers import make_generator, raises


def rings(num_graphs: int, size: int) -> Batch:
    node = torch.arange(size)
    edge_index = torch.stack([node, (node + 1) % size])
    edge_index = torch.cat([edge_index, edge_index.flip(0)], dim=1)
    return Batch.from_data_list([
        Data(x=torch.ones(size, 2), edge_index=edge_index)
        for _ in range(num_graphs)])


def differs(view: Batch, batch: Batch) -> bool:
    return not (view.x.equal(batch.x)
                and view.edge_index.equal(batch.edge_index))


@pytest.mark.parametrize('name', AUGMENTATIONS)
@pytest.mark.parametrize('augmented_views', [1, 2])
def test_one_or_both_views_are_augmented(name: str,
                                         augmented_views: int) -> None:
    batch = rings(4, size=20)
    view1, view2 = make_views(name, 0.3, 0.5, augmented_views,
                              make_generator())(batch)
    assert view1.num_graphs == view2.num_graphs == 4
    assert differs(view1, batch) == (augmented_views == 2)
    assert differs(view2, batch) and differs(view2, view1)
    assert not differs(batch, rings(4, size=20))


def test_a_subgraph_keeps_a_share_of_its_own() -> None:
    kept, dropped = (make_views(name, 0.2, 0.5, 1)(rings(1, size=20))[1]
                     for name in ['subgraph', 'node_dropping'])
    assert (kept.num_nodes, dropped.num_nodes) == (10, 16)


def test_names() -> None:
    assert augmentation_names(' subgraph ,feature_masking') == [
        'subgraph', 'feature_masking']
    with raises(ValueError, "'augmentations' must be names separated by "
                "commas, of 'edge_perturbation', 'feature_masking', "
                "'node_dropping', 'subgraph' (got 'subgraph,')"):
        augmentation_names('subgraph,')
