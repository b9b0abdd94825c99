import json
from pathlib import Path
from typing import List

import pytest
import torch

from pyg_batchsampler.cli import main
from pyg_batchsampler.experiments.rows import read_rows
from pyg_batchsampler.training import TrainingConfig
from tests.datasets.tu_files import write_tu

QUICK = ['compare', '--epochs', '2', '--batch-size', '64', '--seeds', '1']


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tu(tmp_path, 'TINY')
    args = [*QUICK, '--dataset', 'TINY', '--root', str(tmp_path), '--out',
            str(tmp_path / 'out')]
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
    (['--epochs', '1'], "'epochs' must be at least 2 to compare samplers (got "
     '1): mini-batches are uniform for 1 epoch of warm-up, whatever the '
     'sampler. Raise it'),
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


def test_baselines_are_kept_when_an_option_changes(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tu(tmp_path, 'TINY')
    for k in ['2', '3']:
        assert main([*QUICK, '--dataset', 'TINY', '--root', str(tmp_path),
                     '--out', str(tmp_path), '--num-neighbors', k]) == 0
        assert (f'untrained, uniform, knn, proximity(num_neighbors={k})'
                in capsys.readouterr().out)
    rows = read_rows(tmp_path / 'TINY' / 'results.csv')
    assert list(rows['sampler']) == ['untrained', 'uniform', 'knn',
                                     'proximity', 'proximity']


def test_mini_batches_of_the_paper(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tu(tmp_path, 'TINY')
    args = [*QUICK, '--dataset', 'TINY', '--root', str(tmp_path), '--out',
            str(tmp_path), '--samplers', 'proximity']
    for more in [['--walk-size', 'none'], [], ['--walk-size', 'None']]:
        assert main([*args, *more]) == 0
        text = 'proximity(walk_size=None)' if more else 'proximity'
        out = capsys.readouterr().out
        assert f'untrained, {text}\n' in out and 'accuracy %' in out
    rows = read_rows(tmp_path / 'TINY' / 'results.csv')
    assert list(rows['sampler']) == ['untrained', 'proximity', 'proximity']
    assert list(rows['walk_size']) == ['', '', '4']


@pytest.mark.parametrize('args,message', [
    (['compare', '--samplers', 'uniform', 'knn', '--num-neighbors', '3'],
     "'--num-neighbors' belongs to 'proximity', which is not used (got "
     "'uniform', 'knn'). Leave it out"),
    (['train', '--sampler', 'uniform', '--backend', 'dense'],
     "'--backend' belongs to 'proximity', which is not used (got 'uniform'). "
     'Leave it out')])
def test_options_of_samplers_that_are_not_used(
        args: List[str], message: str, tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*args, '--out', str(tmp_path)]) == 2
    assert capsys.readouterr() == ('', f'error: {message}\n')


def test_unknown_samplers(tmp_path: Path,
                          capsys: pytest.CaptureFixture[str]) -> None:
    for args in [['compare', '--samplers', 'uniform', 'x'],
                 ['train', '--sampler', 'x']]:
        assert main([*args, '--out', str(tmp_path)]) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: unknown sampler 'x'. Available: "
                                "'bandwidth', ")
        assert error.endswith("Import your own with --import MODULE\n")


def test_train_command(tmp_path: Path,
                       capsys: pytest.CaptureFixture[str]) -> None:
    args = ['train', '--epochs', '1', '--batch-size', '600', '--out',
            str(tmp_path)]
    assert main(args) == 0
    out = capsys.readouterr().out
    assert 'digits: 1797 graphs, 10 classes. graph_cl with nt_xent' in out
    assert 'accuracy, 10-fold linear probe: ' in out
    folder = tmp_path / 'digits'
    files = sorted(path.name for path in folder.iterdir())
    name = files[0].removesuffix('.checkpoint')
    assert name.startswith('graph_cl-proximity-0-')
    assert files == [f'{name}.checkpoint', f'{name}.embedding.pt',
                     f'{name}.model.pt', f'{name}.settings.json']
    settings = json.loads((folder / files[-1]).read_text())['settings']
    assert TrainingConfig(**settings) == TrainingConfig(epochs=1,
                                                        batch_size=600)
    embedding = torch.load(folder / f'{name}.embedding.pt')
    assert embedding.size() == (1797, 96)
    assert main(args) == 0  # nothing left to train, the same files
    assert embedding.equal(torch.load(folder / f'{name}.embedding.pt'))
    for more in [['--norm', 'layer'], ['--num-neighbors', '7']]:
        before = len(list(folder.iterdir()))
        assert main([*args, *more]) == 0  # files of its own
        assert len(list(folder.iterdir())) == before + 4
    assert embedding.equal(torch.load(folder / f'{name}.embedding.pt'))
