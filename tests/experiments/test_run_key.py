from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pandas as pd
import pytest
from torch import Tensor

from pyg_batchsampler.experiments.rows import append_rows, matching, read_rows
from pyg_batchsampler.experiments.run_key import history_of, run_key
from pyg_batchsampler.sampler import (Request, Strategy, decay_restart_prob,
                                      make_strategy)
from pyg_batchsampler.training import TrainingConfig

CONFIG = TrainingConfig(batch_size=64)
RESULTS = Path(__file__).parents[2] / 'benchmarks' / 'results'


@dataclass(frozen=True)
class Soft(Strategy):
    temperature: float = 0.5
    size: Optional[int] = 10

    def order(self, request: Request) -> Tensor:
        return request.remaining


def found_by(strategy: Optional[Strategy], config: TrainingConfig,
             frame: 'pd.DataFrame') -> 'pd.DataFrame':
    return matching(frame, run_key(strategy, config), history_of(strategy))


def test_rows_under_an_old_name_are_found(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    encoder = TrainingConfig(batch_size=64, similarity_source='encoder')
    for config in [CONFIG, encoder]:
        row = run_key(None, config)
        row['embedding'] = row.pop('similarity_source')
        append_rows(path, [row])
    for config in [CONFIG, encoder]:
        assert len(found_by(None, config, read_rows(path))) == 1
    # New rows below old ones have the new name only.
    append_rows(path, [run_key(None, encoder)])
    assert len(found_by(None, CONFIG, read_rows(path))) == 1
    assert len(found_by(None, encoder, read_rows(path))) == 2


def test_rows_from_when_center_could_be_left_open(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(run_key(None, CONFIG), center=value)
                       for value in [None, False, True]])
    assert len(found_by(None, CONFIG, read_rows(path))) == 2
    centered = TrainingConfig(batch_size=64, center=True)
    assert len(found_by(None, centered, read_rows(path))) == 1


def test_no_norm_is_not_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    none = TrainingConfig(batch_size=64, norm=None)
    old = run_key(None, CONFIG)
    del old['norm']
    append_rows(path, [old, run_key(None, none)])
    for config in [CONFIG, none]:
        assert len(found_by(None, config, read_rows(path))) == 1


def test_options_do_not_meet_settings(tmp_path: Path) -> None:
    key = run_key(Soft(), CONFIG)
    assert key['temperature'] == 0.2 and key['Soft_temperature'] == 0.5
    path = tmp_path / 'rows.csv'
    others = [Soft(temperature=0.7), Soft(size=None), Soft(size=9)]
    append_rows(path, [run_key(other, CONFIG) for other in others])
    assert found_by(Soft(), CONFIG, read_rows(path)).empty
    for other in others:
        assert len(found_by(other, CONFIG, read_rows(path))) == 1


def test_schedules_have_a_name() -> None:
    keys = [run_key(make_strategy('proximity', restart_prob=value), CONFIG)
            for value in [decay_restart_prob(0.3), decay_restart_prob(0.3),
                          decay_restart_prob(0.4)]]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize('name', ['COLLAB', 'IMDB-BINARY', 'MUTAG',
                                  'ogbg-molhiv', 'guards/digits'])
def test_committed_rows_are_found(name: str) -> None:
    frame = read_rows(RESULTS / name / 'results.csv')
    for _, row in frame.iloc[::17].iterrows():
        settings: Any = {}
        for key, default in TrainingConfig(model=row['model']).settings(
        ).items():
            written = row.get({'similarity_source': 'embedding'}.get(key, key),
                              '')
            if written != '':
                kind = str if default is None else type(default)
                settings[key] = written == 'True' if kind is bool else kind(
                    written)
        options: Any = {}
        if row['sampler'] == 'proximity':
            given = row.get('walk_size', '')  # it came later
            options['walk_size'] = int(given) if given.isdigit() else None
            for key in ['num_candidates', 'num_neighbors']:
                options[key] = int(row[key])
            options['restart_prob'] = float(row['restart_prob'])
        strategy = None if row['sampler'] == 'untrained' else make_strategy(
            row['sampler'], **options)
        own = found_by(strategy, TrainingConfig(**settings), frame)
        assert (own['seed'] == row['seed']).sum() == 1
