from dataclasses import dataclass, field
from typing import List, Optional

import numpy as np
import pytest
import torch
from torch import Tensor

from pyg_batchsampler.sampler import Request, Strategy, make_strategy
from pyg_batchsampler.training import TrainingConfig
from pyg_batchsampler.training.run_settings import (default_settings,
                                                    option_changes,
                                                    option_columns,
                                                    run_settings, strategy_of)


@dataclass(frozen=True)
class Mine(Strategy):
    size: int
    lr: Optional[float] = None  # a setting, too
    seed: int = 3  # a column, too
    embedding: str = 'x'  # what an older column was called
    hashing_seconds: float = 1.0  # as the columns of times
    parts: List[int] = field(default_factory=lambda: [1, 2])

    def order(self, request: Request) -> Tensor:
        return request.remaining


COLUMNS = dict(size='size', lr='Mine_lr', seed='Mine_seed',
               embedding='Mine_embedding',
               hashing_seconds='Mine_hashing_seconds', parts='parts')


def test_options_meet_no_other_column() -> None:
    assert option_columns(Mine) == COLUMNS
    settings = run_settings(Mine(5), TrainingConfig(lr=0.1))
    assert (settings['sampler'], settings['lr'], settings['size'],
            settings['parts']) == ('Mine', 0.1, 5, [1, 2])
    assert {*COLUMNS.values()} < {*settings}


def test_defaults_are_those_of_the_fields() -> None:
    defaults = default_settings(Mine(5))
    assert 'size' not in defaults  # it has none
    assert (defaults['Mine_seed'], defaults['parts']) == (3, [1, 2])
    assert default_settings(None) == TrainingConfig().settings()
    assert option_changes(Mine(5)) == dict(size=5)
    assert option_changes(Mine(5, parts=[3])) == dict(size=5, parts=[3])
    assert option_changes(None) == {}


def test_settings_of_others_are_not_among_them() -> None:
    config = TrainingConfig()
    for name in ['uniform', 'knn']:
        assert run_settings(make_strategy(name), config) == dict(
            sampler=name, **config.settings())
    assert run_settings(None, config) == dict(sampler='untrained',
                                              **config.settings())


def test_options_that_are_no_plain_numbers() -> None:
    values = [dict(size=np.int64(5)), dict(size=np.int64(9)),
              dict(size=torch.tensor(3)), dict(size=torch.arange(3)),
              dict(size=torch.arange(4)), dict(size=slice(3))]
    found = [run_settings(Mine(**each), TrainingConfig())['size']
             for each in values]
    assert found[:3] == [5, 9, 3] and found[5] == 'slice(None, 3, None)'
    assert found[3].startswith('[3] ') and found[4].startswith('[4] ')


def test_unknown_samplers() -> None:
    with pytest.raises(ValueError, match=r"^'sampler' must be one of "
                       r"'bandwidth', .*\(got 'untrained'\)$"):
        strategy_of('untrained')
