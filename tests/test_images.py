from pathlib import Path
from typing import Any, List

from benchmarks.images import key_of, report
from benchmarks.simclr.train import Settings
from pyg_batchsampler.experiments.rows import append_rows

ROWS = {
    'untrained': Settings(epochs=0),
    'uniform': Settings(),
    'hard': Settings(sampler='proximity'),
    'DCL, hard': Settings(sampler='proximity', loss='dcl'),
    'group, hard': Settings(sampler='proximity', norm='group'),
    'group, uniform': Settings(norm='group'),
    'group, kNN': Settings(sampler='knn', norm='group'),
}


def test_rows_are_compared_with_their_own_kind(tmp_path: Path) -> None:
    r"""Losses and normalizations without uniform mini-batches, with nothing:
    so is what comes before them."""
    rows: List[Any] = [
        dict(key_of(settings, 96, seed=0), knn=i / 100, probe=2 * i / 100,
             similarity='nan', same_label_rate=0, masked_ratio=0, precision=0)
        for i, settings in enumerate(ROWS.values())]
    append_rows(tmp_path / 'digits' / 'results.csv', rows)
    lines = report('digits', tmp_path, 96, ROWS).splitlines()[2:]
    cells = [[cell.strip() for cell in line.split('|')[1:-1]]
             for line in lines]
    assert [(row[0], row[2], row[4]) for row in cells] == [
        ('untrained', '', ''), ('uniform', '', ''),
        ('hard', '+1.00', '+2.00'), ('DCL, hard', '', ''),
        ('group, hard', '', ''), ('group, uniform', '', ''),
        ('group, kNN', '+1.00', '+2.00')]
