r"""A CSV file of rows that is filled run by run."""

from pathlib import Path
from typing import Any, Callable, List, Tuple

from tqdm import tqdm

from pyg_batchsampler.experiments.rows import (History, Row, append_rows,
                                               matching, read_rows)

# Rows without these are older: mini-batches were single walks, as in the
# paper, or all were planned after two uniform epochs.
OLDER = History(dict(walk_size=None, warmup_epochs=2))


def fill(path: Path, runs: List[Tuple[Row, Callable[[], Row]]],
         **kwargs: Any) -> None:
    r"""Runs what is missing of a file, in order: each run has a key, which
    tells its row from others, and a function that returns the rest of the
    row. Any other arguments are those of the progress bar."""
    for key, run in tqdm(runs, unit='run', **kwargs):
        if matching(read_rows(path), key, OLDER).empty:
            append_rows(path, [dict(key, **run())], key, OLDER)
