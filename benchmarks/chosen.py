r"""Learning rates, chosen for every contender on seeds of their own."""

import argparse
from typing import Any, Dict, Sequence

import pandas as pd

from benchmarks.fill import OLDER
from pyg_batchsampler.cli.value_of import value_of
from pyg_batchsampler.experiments.rows import matching
from pyg_batchsampler.nn.gin_encoder import NORMS

LR = 0.003  # where none was chosen
LRS = [0.001, 0.003, 0.01]
FIRST_SEED = dict(select=1000, test=0)


def best_lr(frame: 'pd.DataFrame', keys: Sequence[Dict[str, Any]],
            score: str) -> float:
    r"""Returns the learning rate of the best mean score among the runs that
    agree with the first of some keys that any agrees with."""
    for key in keys:
        runs = matching(frame, {name: value for name, value in key.items()
                                if name != 'lr'}, OLDER)
        if not runs.empty:
            lr, values = (runs[name].astype(float) for name in ['lr', score])
            means = {each: values[lr == each].mean() for each in lr}
            return max(means, key=means.__getitem__)
    return LR


def add_flags(arguments: argparse.ArgumentParser,
              guards: Sequence[str]) -> None:
    r"""Adds the flags of scripts that select learning rates before they
    test."""
    arguments.add_argument('--part', choices=list(FIRST_SEED), default='test',
                           help='what seeds are for: to select learning '
                           'rates, or to test what was selected')
    arguments.add_argument('--first-seed', type=int, metavar='N',
                           help='1000 for select, 0 for test if not given')
    arguments.add_argument('--seeds', type=int, default=3, metavar='N',
                           help='runs per setting')
    arguments.add_argument('--lr', nargs='+', type=float, metavar='X',
                           help='learning rates; if not given '
                           f'{", ".join(map(str, LRS))} to select, and what '
                           'was selected to test')
    arguments.add_argument('--norms', nargs='+', default=['batch'],
                           type=value_of(str, takes_none=True).read,
                           choices=[*NORMS], help='normalization')
    arguments.add_argument('--guards', nargs='+', default=['kept'],
                           choices=list(guards),
                           help='what is done with false negatives')
