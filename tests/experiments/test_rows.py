from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict

import pytest

from pyg_batchsampler.experiments.rows import append_rows, matching, read_rows
from pyg_batchsampler.experiments.run_key import history_of, run_key
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import TrainingConfig
from tests.helpers import raises

PROXIMITY = make_strategy('proximity', num_candidates=40)
SETTINGS = run_key(PROXIMITY, TrainingConfig(epochs=2, batch_size=64))
HISTORY = history_of(PROXIMITY)


@pytest.mark.parametrize('name', SETTINGS)
def test_every_setting_tells_runs_apart(tmp_path: Path, name: str) -> None:
    value = SETTINGS[name]
    other = (not value if isinstance(value, bool) else
             value + 1 if isinstance(value, (int, float)) else
             7 if value is None else f'{value},x')
    runs = [dict(SETTINGS, **{name: each}) for each in [value, other]]
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(run, accuracy=0.1 + 0.2) for run in runs])
    for run in runs:
        found = matching(read_rows(path), run)
        assert list(found['accuracy'].astype(float)) == [0.1 + 0.2]


@pytest.mark.parametrize('is_there', [False, True])
def test_rows_from_before_a_setting_have_its_default(
        is_there: bool, tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    old = dict(SETTINGS)
    del old['norm'], old['max_steps']
    append_rows(path, [dict(old, seed=0)])
    if is_there:  # and an empty cell in the rows before
        other = run_key(make_strategy('proximity', max_steps=9),
                        TrainingConfig(norm='layer'))
        append_rows(path, [dict(other, seed=0)])
    key: Dict[str, Any] = dict(SETTINGS, seed=0)
    assert len(matching(read_rows(path), key, HISTORY)) == 1
    for name, value in [('norm', 'renorm'), ('max_steps', 5), ('seed', 1)]:
        assert matching(read_rows(path), {**key, name: value}, HISTORY).empty
    append_rows(path, [key], key, HISTORY)
    assert len(read_rows(path)) == 1 + is_there


def test_rows_of_others_have_no_defaults(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(way='untouched'), dict(way='light', lr=0.001)])
    frame = read_rows(path)
    assert list(matching(frame, dict(lr=''))['way']) == ['untouched']
    assert list(matching(frame, dict(lr=0.001))['way']) == ['light']
    assert matching(frame, dict(norm='batch')).empty


def test_rows_from_several_sides(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: append_rows(path, [dict(i=i)]), range(40)))
    assert sorted(read_rows(path)['i'].astype(int)) == list(range(40))


def test_rows_are_whole_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / 'a' / 'rows.csv'
    append_rows(path, [dict(x=1, y=None, z=0.2)])
    append_rows(path, [dict(x=2, y='b', z=0.2)])
    frame = read_rows(path)
    assert len(matching(frame, dict(x=1, y=None))) == 1
    assert len(matching(frame, dict(z=0.2))) == 2
    assert len(matching(frame, dict(w=1))) == 0
    assert [p.name for p in path.parent.glob('[!.]*')] == ['rows.csv']


def test_results_that_are_no_csv(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    path.write_text('')
    with raises(ValueError, f"{path} is no CSV file of results (No columns to "
                "parse from file). Move it away or choose another '--out'"):
        read_rows(path)


def test_course_of_a_run_that_was_cut_off_makes_way(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    key: Dict[str, Any] = dict(seed=0, loss='dcl')
    append_rows(path, [dict(key, epoch=1), dict(seed=1, loss='dcl', epoch=1)])
    append_rows(path, [dict(key, epoch=i) for i in [1, 2]], key)
    assert read_rows(path)[['seed', 'epoch']].values.tolist() == [
        ['1', '1'], ['0', '1'], ['0', '2']]


def test_rows_are_found_again_after_a_new_setting(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(a=1)])
    for value in [5, 5.5, None, True, 'x']:
        append_rows(path, [dict(a=2, new=value)])
        assert len(matching(read_rows(path), dict(a=2, new=value))) == 1
    assert len(matching(read_rows(path), dict(a=1))) == 1
