from functools import partial
from pathlib import Path
from typing import Any, Dict, List

import pytest

from benchmarks.fill import fill
from pyg_batchsampler.experiments.rows import append_rows, read_rows


def test_what_is_missing_is_run(tmp_path: Path) -> None:
    calls: List[int] = []

    def run(seed: int) -> Dict[str, Any]:
        calls.append(seed)
        if seed == 2:
            raise KeyboardInterrupt
        return dict(score=seed / 2)

    def go(*seeds: int) -> None:
        fill(tmp_path / 'a' / 'rows.csv',
             [(dict(lr='', seed=seed), partial(run, seed))
              for seed in seeds], disable=True)

    with pytest.raises(KeyboardInterrupt):
        go(0, 1, 2, 3)
    go(0, 1, 3)
    assert calls == [0, 1, 2, 3]
    assert read_rows(tmp_path / 'a' / 'rows.csv').values.tolist() == [
        ['', '0', '0.0'], ['', '1', '0.5'], ['', '3', '1.5']]


def test_older_rows_are_of_single_walks(tmp_path: Path) -> None:
    path = tmp_path / 'rows.csv'
    append_rows(path, [dict(seed=0, score=1.0)])
    fill(path, [(dict(seed=0, walk_size=walk_size), lambda: dict(score=2.0))
                for walk_size in [None, 4, None, 4]], disable=True)
    assert read_rows(path).values.tolist() == [['0', '1.0', ''],
                                               ['0', '2.0', '4']]
