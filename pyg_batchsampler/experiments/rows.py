r"""Results as rows of a CSV file that is always whole."""

from dataclasses import fields
from pathlib import Path
from typing import Any, Dict, List, Optional

import pandas as pd
from filelock import FileLock

from pyg_batchsampler.files import written_whole
from pyg_batchsampler.training.config import TrainingConfig

Row = Dict[str, Any]


def read_rows(path: Path) -> 'pd.DataFrame':
    r"""Reads all rows, as they are written; none if there is no file."""
    if not path.exists():
        return pd.DataFrame()
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError,
            UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no CSV file of results ({error}). Move "
                         "it away or choose another '--out'") from error


def append_rows(path: Path, rows: List[Row], instead_of: Optional[Row] = None,
                defaults: Optional[Dict[str, str]] = None) -> None:
    r"""Adds rows to a CSV file: writes it anew beside and renames it, so that
    an interruption loses the new rows at most. Processes that share the file
    take turns. Rows that agree with the key :obj:`instead_of`, see
    :meth:`matching`, make way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f'.{path.name}.lock')):
        frame = read_rows(path)
        if instead_of is not None:
            frame = frame.drop(matching(frame, instead_of, defaults).index)
        new = pd.DataFrame([{name: _written(value)
                             for name, value in row.items()} for row in rows])
        with written_whole(path) as file:
            pd.concat([frame, new]).fillna('').to_csv(file, index=False)


def _written(value: Any) -> str:
    return '' if value is None else str(value)


# Of the settings of `compare_samplers`, as written.
DEFAULTS = {field.name: _written(field.default)
            for field in fields(TrainingConfig)}


def matching(frame: 'pd.DataFrame', key: Row,
             defaults: Optional[Dict[str, str]] = None) -> 'pd.DataFrame':
    r"""Returns the rows that agree with a key, as written. A setting that
    rows lack came after them: they have its default, if it has one."""
    defaults = defaults or {}
    for name, value in key.items():
        default = defaults.get(name, '')
        if name in frame:
            found = frame[name].astype(str).replace('', default)
            frame = frame[found == _written(value)]
        elif name not in defaults or default != _written(value):
            return frame.iloc[:0]
    return frame
