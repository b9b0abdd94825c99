from dataclasses import replace
from pathlib import Path
from typing import Any, List, Optional, Sequence, Union

import pandas as pd
import pytest

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import Comparison, Experiment
from pyg_batchsampler.experiments.rows import read_rows
from pyg_batchsampler.sampler import Strategy, make_strategy
from pyg_batchsampler.training import TrainingConfig
from tests.helpers import raises

DATASET = Digits()[:150]
SMALL = TrainingConfig(epochs=2, batch_size=64)


def comparison(samplers: Sequence[Union[str, Strategy]], out: Path,
               config: TrainingConfig = SMALL,
               label: Optional[Any] = DATASET.y[:150],
               seeds: Sequence[int] = (0, )) -> Comparison:
    return Comparison(Experiment('digits', DATASET, label, config, out),
                      samplers, seeds)


def run(samplers: Sequence[Union[str, Strategy]],
        out: Path) -> 'pd.DataFrame':
    one = comparison(samplers, out)
    one.run(progress=None, num_probes=0)
    return read_rows(one.results)


def test_baselines_are_not_run_anew_for_options_of_others(
        tmp_path: Path) -> None:
    for k in [5, 9]:
        rows = run(['untrained', 'uniform', 'knn',
                    make_strategy('proximity', num_neighbors=k)], tmp_path)
    assert list(rows['sampler']) == ['untrained', 'uniform', 'knn',
                                     'proximity', 'proximity']
    assert list(rows['num_neighbors']) == ['', '', '', '5', '9']
    # The next sampler adds columns, and takes none for its own.
    assert len(run(['uniform', make_strategy('proximity', num_neighbors=9)],
                   tmp_path)) == 5


def test_strategies_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one = comparison(['uniform', 'proximity',
                      make_strategy('proximity', walk_size=2)], tmp_path)
    one.run(progress=None)
    labels = ['uniform', 'proximity', 'proximity(walk_size=2)']
    rows, course = one.rows(), one.course()
    assert [*rows] == [*course] == labels
    assert [len(rows[label]) for label in labels] == 3 * [1]
    assert [len(course[label]) for label in labels] == 3 * [2]
    similarity = [rows[label]['similarity'].iloc[0] for label in labels[1:]]
    assert similarity[0] != similarity[1]
    lines = one.table().splitlines()
    assert [line.split()[0] for line in lines[2:]] == labels
    assert len({line.index('  ') for line in lines[2:]}) == 3
    assert one.describe() == (
        'digits: 150 graphs, 10 classes. graph_cl with nt_xent, 2 epochs of 3 '
        'mini-batches, batch_size 64, 1 seed each: uniform, proximity, '
        'proximity(walk_size=2)')
    assert one.plot().stat().st_size > 10000


def test_rows_that_tell_the_same_count_once(tmp_path: Path) -> None:
    rows = run(['uniform'], tmp_path)
    # Before, options of proximity stood in the rows of uniform as well.
    older = [rows.assign(num_neighbors=k) for k in ['5', '9']]
    pd.concat(older).to_csv(tmp_path / 'results.csv', index=False)
    assert len(run(['uniform'], tmp_path)) == 2
    assert len(comparison(['uniform'], tmp_path).rows()['uniform']) == 1


def test_notes(tmp_path: Path) -> None:
    assert comparison(['knn'], tmp_path).notes() == []
    assert comparison(['knn'], tmp_path, TrainingConfig(
        batch_size=150)).notes() == [
            'all mini-batches are the same: they hold all graphs']
    assert comparison(['knn'], tmp_path, TrainingConfig(
        batch_size=150, replacement=True)).notes() == []


@pytest.mark.parametrize('settings,least,warm_up', [
    (dict(epochs=1), 2, '1 epoch'),
    (dict(epochs=1, warmup_epochs=0), 2, '1 epoch'),  # nothing is recorded
    (dict(epochs=3, warmup_epochs=3), 4, '3 epochs'),
    (dict(epochs=1, similarity_source='encoder'), 2, '1 epoch')])
def test_nothing_but_warm_up(settings: Any, least: int, warm_up: str,
                             tmp_path: Path) -> None:
    config = TrainingConfig(**settings)
    with raises(ValueError, f"'epochs' must be at least {least} to compare "
                f'samplers (got {config.epochs}): mini-batches are uniform '
                f'for {warm_up} of warm-up, whatever the sampler. Raise it'):
        comparison(['uniform', 'knn'], tmp_path, config).check_warm_up()
    comparison(['untrained', 'uniform'], tmp_path, config).check_warm_up()
    comparison(['knn'], tmp_path, replace(
        config, epochs=least)).check_warm_up()


def test_an_encoder_needs_no_warm_up(tmp_path: Path) -> None:
    comparison(['knn'], tmp_path, TrainingConfig(
        epochs=1, warmup_epochs=0,
        similarity_source='encoder')).check_warm_up()


def test_graphs_that_are_held_out(tmp_path: Path) -> None:
    samplers = ['untrained', 'uniform', 'proximity']
    run(samplers, tmp_path)
    path = tmp_path / 'results.csv'
    before = read_rows(path)
    assert 'instance_retrieval' not in before
    # Rows from before the setting are of training on all graphs.
    before.drop(columns='held_out').to_csv(path, index=False)
    one = comparison(samplers, tmp_path, replace(SMALL, held_out=0.4))
    one.run(progress=None)
    rows = read_rows(path)
    assert list(rows['held_out']) == 3 * [''] + 3 * ['0.4']
    found = rows['instance_retrieval'][3:].astype(float)
    assert found.between(0, 1).all() and (found * 60 % 1 < 1e-6).all()
    assert list(rows['steps'][3:]) == ['0', '4', '4']
    assert '2 epochs of 2 mini-batches, batch_size 64, held_out 0.4' in (
        one.describe())
    text = one.summary()
    assert 'R@1 %' in text.splitlines()[0]
    assert ('\nR@1: share of 60 held-out graphs that augmented copies of them '
            'find\n') in text
    assert len(run(samplers, tmp_path)) == 6
    assert 'R@1' not in comparison(samplers, tmp_path).summary()


def test_what_cannot_be_fails_before_any_run(tmp_path: Path) -> None:
    bad: List[Any] = [make_strategy('proximity', num_neighbors=150)]
    with raises(ValueError, "'num_neighbors' must be smaller than the number "
                'of instances (got 150 for 150). Lower it, e.g., to 149'):
        comparison(['uniform', *bad], tmp_path)
    with raises(ValueError, "'digits' has no labels to evaluate with. Hold "
                "graphs out, to see how often they are found ('held_out', "
                "e.g., 0.2), or use the command 'train'"):
        comparison(['uniform'], tmp_path, label=None)


def test_curves_that_are_lost(tmp_path: Path) -> None:
    run(['uniform'], tmp_path)
    one = comparison(['uniform'], tmp_path)
    one.curves.unlink()
    with raises(ValueError, f'{one.curves} lacks the runs in {one.results}. '
                'Delete both to run them anew'):
        one.summary()


@pytest.mark.parametrize('name', ['summary', 'table'])
def test_what_is_shown_is_what_was_asked_for(name: str,
                                             tmp_path: Path) -> None:
    comparison(['uniform'], tmp_path, seeds=range(2)).run(None, 0)
    one = comparison(['untrained', 'uniform'], tmp_path)
    one.run(None, 0)
    text = getattr(one, name)()
    assert '±' not in text.split('\n\n')[0] and 'uniform' in text
