import csv
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

import pytest

from benchmarks.contest import Contest
from benchmarks.mini_batches import BASE, KINDS, UNTRAINED, MiniBatches
from pyg_batchsampler.experiments.rows import append_rows
from tests.helpers import raises

GROUPS = KINDS['groups of 4']


class Setting(NamedTuple):
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False
    lr: float = 0.1
    guard: str = 'kept'
    warmup_epochs: int = 2


def contest(folder: Path) -> Contest:
    return Contest(folder / 'task', dict(score='score %', other='other'),
                   dict(guard='guard', warmup_epochs='uniform epochs'),
                   dict(top='top-1'), dict(KINDS, untrained=MiniBatches(
                       UNTRAINED)),
                   instead=[dict(guard='kept')], alone=dict(warmup_epochs=2))


def add(own: Contest, part: str, setting: Setting, scores: List[float],
        first: int = 0, **more: Any) -> None:
    append_rows(own.path(part), [
        dict(seed=seed, **setting._asdict(), score=score, other=0, **more)
        for seed, score in enumerate(scores, first)])


def shown(own: Contest, part: str = 'test') -> List[Dict[str, str]]:
    own.report(part)
    path = own.folder.parent / f'{own.folder.name}-{part}.csv'
    with path.open(newline='') as file:
        return list(csv.DictReader(file))


def test_each_contender_has_the_rate_that_was_best_for_it(
        tmp_path: Path) -> None:
    own = contest(tmp_path)
    for lr, uniform, groups in [(0.1, 1.0, 4.0), (0.2, 2.0, 3.0)]:
        add(own, 'select', Setting(*BASE, lr=lr), [uniform] * 2, 1000)
        add(own, 'select', Setting(*GROUPS, lr=lr), [groups] * 2, 1000)
    settings = [Setting(*BASE), Setting(*GROUPS)]
    assert [each.lr for each in own.settings(settings, 'test', None)] == [
        0.2, 0.1]
    assert [each.lr for each in own.settings(settings, 'test', [0.7])] == [
        0.7, 0.7]
    assert [each.lr for each in own.settings(settings[:1], 'select', None,
                                             [0.3, 0.4])] == [0.3, 0.4]
    # A guard that was not run to select takes the rate without it.
    assert own.chosen_lr(Setting(*GROUPS, guard='similar')._asdict()) == 0.1
    with raises(ValueError, f'no learning rate was chosen for {settings[1]} '
                f"in {tmp_path / 'x' / 'task' / 'select' / 'results.csv'}. "
                "Run '--part select' first, or give '--lr'"):
        contest(tmp_path / 'x').settings(settings[1:], 'test', None)


def test_rates_are_compared_on_the_seeds_they_share(tmp_path: Path) -> None:
    own = contest(tmp_path)
    add(own, 'select', Setting(*BASE, lr=0.1), [1.0, 0.0], 1000)
    add(own, 'select', Setting(*BASE, lr=0.2), [0.9], 1000)
    assert own.chosen_lr(Setting(*BASE)._asdict()) == 0.1
    add(own, 'select', Setting(*BASE, lr=0.2), [0.3], 1001)
    assert own.chosen_lr(Setting(*BASE)._asdict()) == 0.2

    def diverge(setting: Any, seed: int) -> Any:
        raise FloatingPointError

    own.run('select', [Setting(*BASE, lr=0.3)], [1000, 1001], diverge)
    assert own.rows('select')['score'].tolist()[-2:] == ['nan', 'nan']
    assert own.chosen_lr(Setting(*BASE)._asdict()) == 0.2
    # What was chosen is what uniform mini-batches must have been run at.
    add(own, 'test', Setting(*BASE, lr=0.1), [1.0])
    add(own, 'test', Setting(*GROUPS, lr=0.1), [1.0])
    with pytest.raises(ValueError, match='lacks uniform mini-batches at the '
                       'learning rate chosen for them, 0.2'):
        own.report('test')


def test_uniform_mini_batches_do_not_depend_on_what_is_planned(
        tmp_path: Path) -> None:
    own = contest(tmp_path)
    later = Setting(*GROUPS, warmup_epochs=6)
    uniform = own.settings([Setting(*BASE, warmup_epochs=6), Setting(*BASE)],
                           'test', [0.1])
    assert uniform == [Setting(*BASE)]
    add(own, 'test', uniform[0], [1.0, 2.0])
    add(own, 'test', later, [2.0, 3.5])
    line, = [line for line in shown(own) if line['uniform epochs'] == '6']
    assert line['score % to uniform ± 95 % CI'].startswith('+1.25 ± ')
    assert 'top-1' not in line and 'p' not in line  # too few seeds


def test_seeds_are_compared_with_themselves(tmp_path: Path) -> None:
    own = contest(tmp_path)
    add(own, 'test', Setting(*BASE), [float(i) for i in range(10)], top=0.5)
    add(own, 'test', Setting(*GROUPS), [i + 1.5 for i in range(9, -1, -1)])
    add(own, 'test', Setting(UNTRAINED, lr=0.0), [0.0] * 10)
    lines = {line['mini-batches']: line for line in shown(own)}
    assert lines['groups of 4']['score % to uniform ± 95 % CI'].startswith(
        '+1.50')
    assert lines['groups of 4']['p'] and not lines['uniform']['p']
    assert lines['uniform']['top-1'] == '0.500'
    assert lines['untrained']['lr'] == ''
    add(own, 'test', Setting(*BASE), [1.0])
    with pytest.raises(ValueError, match='seed 0 has several rows'):
        own.report('test')


def test_no_rows(tmp_path: Path) -> None:
    own = contest(tmp_path)
    assert own.found(Setting(*BASE)._asdict()).empty
    with raises(ValueError, f"no rows in {own.path('test')}. Run without "
                            '--report first'):
        own.report('test')
