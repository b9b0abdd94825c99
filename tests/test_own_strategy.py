r"""A strategy that lies outside the package runs by its name everywhere."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import torch

from pyg_batchsampler import (BatchSamplerLoader, StrategyBatchSampler,
                              report_batches)
from pyg_batchsampler.experiments.rows import read_rows
from pyg_batchsampler.sampler.registry import STRATEGIES
from tests.helpers import clustered, flatten, raises

ROOT = Path(__file__).parents[1]
FILE = ROOT / 'docs' / 'examples' / 'random_groups.py'


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FILE.parent))
    __import__('random_groups')
    assert 'random_groups' in STRATEGIES


def test_in_twenty_lines() -> None:
    text = FILE.read_text()
    code = text[text.index('@register'):].splitlines()
    assert sum(bool(line.strip()) for line in code) <= 25


@pytest.mark.usefixtures('registered')
@pytest.mark.parametrize('num_instances,batch_size,group_size', [
    (300, 64, 8), (300, 60, 7), (10, 4, 3), (3, 8, 2), (300, 64, 1)])
def test_in_a_loader(num_instances: int, batch_size: int,
                     group_size: int) -> None:
    x, _ = clustered(num_instances, 8, num_centres=20)
    loader: Any = BatchSamplerLoader(
        x, batch_size, batch_sampler='random_groups', group_size=group_size,
        num_candidates=100, embedding=x)
    batches = [loader.input_id.tolist() for _ in loader]
    assert sorted(flatten(batches)) == list(range(num_instances))
    assert [len(batch) for batch in batches] == [
        len(part) for part in torch.arange(num_instances).split(batch_size)]


@pytest.mark.usefixtures('registered')
def test_groups_are_near() -> None:
    x, label = clustered(600, 8, num_centres=20)
    means = [report_batches(StrategyBatchSampler(
        x, 64, 'random_groups', group_size=size), x, label).means()
        for size in [1, 8, 64]]
    for name in ['similarity', 'same_label_rate']:
        values = [each[name] for each in means]
        assert values[1] > values[0] + 0.03 and values[2] > values[1] + 0.03


@pytest.mark.usefixtures('registered')
def test_options_that_cannot_be() -> None:
    with raises(ValueError, "'group_size' must lie in [1, num_candidates] "
                '(got 0)'):
        StrategyBatchSampler(9, 2, 'random_groups', group_size=0)


@pytest.mark.parametrize('module', ['random_groups', 'random_groups.py'])
def test_on_the_command_line(module: str, tmp_path: Path) -> None:
    copy(FILE, tmp_path)
    out = subprocess.run(
        [sys.executable, '-W', 'ignore', '-m', 'pyg_batchsampler', 'compare',
         '--import', module, '--samplers', 'uniform', 'random_groups',
         '--group_size', '4', '--epochs', '2', '--seeds', '1', '--batch-size',
         '256'], cwd=tmp_path, capture_output=True, text=True, check=True,
        env=dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')).stdout
    assert 'untrained, uniform, random_groups(group_size=4)\n' in out
    rows = read_rows(tmp_path / 'results' / 'digits' / 'results.csv')
    assert list(rows['sampler']) == ['untrained', 'uniform', 'random_groups']
    assert list(rows['group_size']) == ['', '', '4']
