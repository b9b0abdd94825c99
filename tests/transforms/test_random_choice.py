from typing import Any

import torch
from torch import Tensor
from torch_geometric.transforms import AddSelfLoops

from pyg_batchsampler.transforms import (EdgePerturbation, FeatureMasking,
                                         NodeDropping, RandomChoice,
                                         RandomWalkSubgraph)
from tests.helpers import make_generator, raises, untouched_random_state
from tests.transforms.traced import rings


def test_one_of_two_per_graph() -> None:
    batch = rings([10] * 1000)
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


def test_one_of_four_per_graph() -> None:
    batch = rings([10] * 2000)
    generator = make_generator()
    choice = RandomChoice(
        [EdgePerturbation(0.5, generator), FeatureMasking(0.5, generator),
         NodeDropping(0.4, generator), RandomWalkSubgraph(0.2, generator)],
        generator)
    out = choice(batch)
    count = torch.zeros(4)
    for i, data in enumerate(out.to_data_list()):
        old: Any = batch[i]
        if data.num_nodes < 10:
            count[2 if data.num_nodes == 6 else 3] += 1
        elif not data.x.equal(old.x):
            assert data.edge_index.equal(old.edge_index)
            count[1] += 1
        else:
            assert not data.edge_index.equal(old.edge_index)
            count[0] += 1
    assert float((count - 500).abs().max()) < 4.5 * (2000 * 3 / 16)**0.5


def test_bad_transforms() -> None:
    with raises(ValueError, "'transforms' must hold at least one transform "
                "(got 0)"):
        RandomChoice([])
    with raises(TypeError, "'transforms' must hold augmentations of this "
                "package (got AddSelfLoops)"):
        RandomChoice([AddSelfLoops()])


def test_repr() -> None:
    assert repr(RandomChoice([NodeDropping()])) == (
        'RandomChoice([NodeDropping(ratio=0.1)])')
