import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import pandas as pd
import pytest

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import compare_samplers
from pyg_batchsampler.experiments.rows import matching, read_rows
from pyg_batchsampler.report.batch_report import MEASURES
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import TrainingConfig

SMALL = TrainingConfig(epochs=2, batch_size=64)
QUICK = ['compare', '--epochs', '2', '--seeds', '1', '--batch-size', '64',
         '--num-candidates', '40']
PROXIMITY = make_strategy('proximity', num_candidates=40)


def test_comparison_goes_on(tmp_path: Path) -> None:
    dataset = Digits()[:150]

    def run(samplers: List[Any], config: TrainingConfig) -> pd.DataFrame:
        results, curves = compare_samplers(
            dataset, dataset.y[:150], 'digits', samplers, [0], config,
            tmp_path, progress=None)
        assert len(read_rows(curves)) == 2 * len(read_rows(results))
        return read_rows(results)

    first = run(['uniform'], SMALL)
    both = run(['uniform', PROXIMITY], SMALL)
    assert both[first.columns].iloc[0].equals(first.iloc[0])
    for name in MEASURES:
        assert both[name].astype(float).notna().all()
    assert list(both['sampler']) == ['uniform', 'proximity']
    assert len(run(['uniform'], TrainingConfig(epochs=2, batch_size=32))) == 3
    assert both['accuracy'].astype(float).between(0.01, 1).all()
    course = matching(read_rows(tmp_path / 'curves.csv'), SMALL.settings())
    assert list(course['sampler']) == ['uniform'] * 2 + ['proximity'] * 2
    assert list(course['epoch']) == ['1', '2'] * 2
    with pytest.raises(ValueError, match=r"'sampler' must be one of .* \(got "
                       r"'proximty'\)$"):
        run(['proximty'], SMALL)


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
