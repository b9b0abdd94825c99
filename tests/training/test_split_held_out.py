from dataclasses import replace

import torch

from pyg_batchsampler.training import make_model, split_held_out, train
from tests.training.small import HARD, SMALL, flat, small_digits

CONFIG = replace(SMALL, held_out=0.2)


def test_every_graph_is_on_one_side() -> None:
    sides = [split_held_out(149, CONFIG, seed) for seed in [0, 0, 1]]
    for known, held_out in sides:
        assert (len(known), len(held_out)) == (119, 30)
        both = torch.cat([known, held_out])
        assert both.sort().values.equal(torch.arange(149))
    assert sides[0][1].equal(sides[1][1])
    assert not sides[0][1].equal(sides[2][1])
    known, held_out = split_held_out(149, SMALL)
    assert known.equal(torch.arange(149)) and held_out.numel() == 0


def test_training_does_not_see_what_is_held_out() -> None:
    dataset = small_digits()
    known, held_out = split_held_out(len(dataset), CONFIG, seed=3)
    expected = flat(train(dataset[known], HARD, SMALL, seed=3).model)
    spoilt = small_digits().copy()
    for i in held_out.tolist():
        start, end = spoilt.slices['x'][i:i + 2].tolist()
        spoilt._data.x[start:end] = torch.nan
    for each in [dataset, spoilt]:
        assert flat(train(each, HARD, CONFIG, seed=3).model).equal(expected)
    assert not flat(make_model(dataset, SMALL, 3)).equal(expected)
