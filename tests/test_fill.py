from functools import partial
from pathlib import Path
from typing import Any, Dict, List

import pytest

from benchmarks.fill import fill
from pyg_batchsampler.experiments.rows import read_rows


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
