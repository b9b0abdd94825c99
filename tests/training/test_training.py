import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

import pandas as pd
import pytest
import torch

from pyg_batchsampler.cli import main
from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import compare_samplers
from pyg_batchsampler.experiments.rows import (DEFAULTS, append_rows, matching,
                                               read_rows)
from pyg_batchsampler.training import TrainingConfig, train
from pyg_batchsampler.training.objective import Model
from pyg_batchsampler.training.train import EpochResult
from tests.datasets.tu_files import write_tu
from tests.helpers import raises, untouched_random_state

SMALL = TrainingConfig(epochs=2, batch_size=64, num_candidates=40)
QUICK = ['compare', '--epochs', '2', '--seeds', '1', '--batch-size', '64',
         '--num-candidates', '40']


def small_digits() -> Any:
    return Digits()[:150]


@pytest.mark.parametrize('sampler', ['uniform', 'knn', 'proximity'])
@pytest.mark.parametrize('embedding', ['recorded', 'encoder'])
def test_training_is_seeded(sampler: str, embedding: str) -> None:
    config = TrainingConfig(epochs=2, batch_size=64, embedding=embedding)
    dataset = small_digits()
    with untouched_random_state():
        models = [train(dataset, sampler, config, seed).model
                  for seed in [0, 0, 1]]
    states = [torch.cat([p.flatten() for p in model.parameters()])
              for model in models]
    assert states[0].equal(states[1]) and not states[0].equal(states[2])


def test_same_start_and_steps_for_every_sampler() -> None:
    first: List[torch.Tensor] = []
    steps: List[int] = []
    for sampler in ['uniform', 'proximity']:
        count: List[int] = []
        losses: List[float] = []

        def on_epoch(epoch: EpochResult, model: Model,
                     losses: List[float] = losses) -> None:
            losses.append(epoch.loss)

        train(small_digits(), sampler, SMALL, 0,
                       on_step=count.append, on_epoch=on_epoch)
        steps.append(len(count))
        first.append(torch.tensor(losses[0]))
    # The warm-up epoch is the same; two epochs of three mini-batches.
    assert steps == [6, 6] and first[0].equal(first[1])


def test_a_graph_alone_takes_no_step() -> None:
    config = TrainingConfig(epochs=1, batch_size=50)
    course: List[EpochResult] = []
    train(Digits()[:51], 'uniform', config,
          on_epoch=lambda epoch, _: course.append(epoch))
    alone = [b for b in course[0].batches if b.numel() == 1]
    unknown = (course[0].embedding == 0).all(dim=1).nonzero().view(-1)
    assert len(alone) == 1 and alone[0].equal(unknown)


@pytest.mark.parametrize('name', SMALL.settings())
def test_every_setting_tells_runs_apart(tmp_path: Path, name: str) -> None:
    value = SMALL.settings()[name]
    other = (not value if isinstance(value, bool) else
             value + 1 if isinstance(value, (int, float)) else
             7 if value is None else f'{value},x')
    runs = [dict(SMALL.settings(), **{name: each}) for each in [value, other]]
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(run, accuracy=0.1 + 0.2) for run in runs])
    for run in runs:
        found = matching(read_rows(path), run)
        assert list(found['accuracy'].astype(float)) == [0.1 + 0.2]


@pytest.mark.parametrize('is_there', [False, True])
def test_rows_from_before_a_setting_have_its_default(
        is_there: bool, tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    old = SMALL.settings()
    del old['norm'], old['max_steps']
    append_rows(path, [dict(old, seed=0)])
    if is_there:  # and an empty cell in the rows before
        other = TrainingConfig(norm='layer', max_steps=9).settings()
        append_rows(path, [dict(other, seed=0)])
    key: Dict[str, Any] = dict(SMALL.settings(), seed=0)
    assert len(matching(read_rows(path), key, DEFAULTS)) == 1
    for name, value in [('norm', 'renorm'), ('max_steps', 5), ('seed', 1)]:
        assert matching(read_rows(path), {**key, name: value}, DEFAULTS).empty
    append_rows(path, [key], key, DEFAULTS)
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


def test_comparison_goes_on(tmp_path: Path) -> None:
    dataset = small_digits()

    def run(samplers: List[str], config: TrainingConfig) -> pd.DataFrame:
        results, curves = compare_samplers(
            dataset, dataset.y[:150], 'digits', samplers, [0], config,
            tmp_path, progress=None)
        assert len(read_rows(curves)) == 2 * len(read_rows(results))
        return read_rows(results)

    first = run(['uniform'], SMALL)
    both = run(['uniform', 'proximity'], SMALL)
    assert both.iloc[0].astype(str).equals(first.iloc[0].astype(str))
    assert list(both['sampler']) == ['uniform', 'proximity']
    assert len(run(['uniform'], TrainingConfig(epochs=2, batch_size=32))) == 3
    assert both['accuracy'].astype(float).between(0.01, 1).all()
    course = matching(read_rows(tmp_path / 'curves.csv'), SMALL.settings())
    assert list(course['sampler']) == ['uniform'] * 2 + ['proximity'] * 2
    assert list(course['epoch']) == ['1', '2'] * 2
    with raises(ValueError, "'sampler' must be one of 'knn', 'proximity', "
                "'uniform', 'untrained' (got 'proximty')"):
        run(['proximty'], SMALL)


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


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tu(tmp_path, 'TINY')
    args = [*QUICK[:-2], '--dataset', 'TINY', '--root', str(tmp_path),
            '--out', str(tmp_path / 'out')]
    for _ in range(2):
        assert main(args) == 0
        out = capsys.readouterr().out
        for text in ['TINY: 24 graphs, 2 classes', 'uniform', 'knn',
                     'proximity', 'accuracy %', 'batch_size 64', 'course']:
            assert text in out
    assert main([*args, '--lr', '0.1']) == 0
    plots = list((tmp_path / 'out' / 'TINY').glob('course-*.png'))
    assert len(plots) == 2
    assert min(plot.stat().st_size for plot in plots) > 10000
    assert len(read_rows(tmp_path / 'out' / 'TINY' / 'results.csv')) == 8


@pytest.mark.parametrize('args,message', [
    (['--epochs', '0'], "'epochs' must be at least 1 (got 0)"),
    (['--batch-size', '0'], "'batch_size' must be at least 2 (got 0)"),
    (['--loss', 'jsd'], "'loss' must compare graphs (got 'jsd', which "
     "compares nodes with graphs). Use it with 'model' set to 'mvgrl'"),
    (['--batch-size', '1'], "'batch_size' must be at least 2 (got 1)"),
    (['--seeds', '0'], "'seeds' must be at least 1 (got 0)"),
    (['--lr', 'nan'], "'lr' must be positive and finite (got nan)"),
    (['--restart-prob', '1'], "'restart_prob' must lie in [0, 1) (got 1.0)"),
    (['--refresh-interval', '0'],
     "'refresh_interval' must be at least 1 (got 0)"),
    (['--num-neighbors', '2000'], "'num_neighbors' must be smaller than the "
     'number of instances (got 2000 for 1797). Lower it, e.g., to 1796'),
])
def test_bad_arguments(args: List[str], message: str, tmp_path: Path,
                       capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['compare', '--out', str(tmp_path), *args]) == 2
    assert capsys.readouterr().err == f'error: {message}\n'


@pytest.mark.parametrize('command', ['compare', 'train'])
def test_no_folder_to_write_to(command: str, tmp_path: Path,
                               capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / 'file'
    path.write_text('')
    assert main([command, '--out', str(path)]) == 2
    out, error = capsys.readouterr()
    assert out == ''
    assert error == ("error: '--out' must be a folder to write to ([Errno 17] "
                     f"File exists: '{path}'). Choose another\n")


def test_killed_comparison_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, '-W', 'ignore', '-m', 'pyg_batchsampler',
               *QUICK, '--samplers', 'uniform', 'proximity', '--seeds', '2',
               '--out', str(tmp_path)]
    results = tmp_path / 'digits' / 'results.csv'
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    for _ in range(1200):
        if results.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = read_rows(results)
    assert 1 <= len(before) < 6
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    after = read_rows(results)
    assert len(after) == 6
    assert after.head(len(before))[before.columns].equals(before)
    key: Dict[str, Any] = dict(dataset='digits', seed=1)
    assert list(matching(after, key)['sampler']) == [
        'untrained', 'uniform', 'proximity']


@pytest.mark.slow
def test_interrupted_comparison(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, '-m', 'pyg_batchsampler', 'compare', '--out',
         str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(20)
    process.send_signal(signal.SIGINT)
    error = process.communicate()[1].decode()
    assert process.returncode == 130 and 'the same command goes on' in error
