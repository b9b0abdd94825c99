r"""Results as rows of a CSV file that is always whole."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

import pandas as pd
from filelock import FileLock

from pyg_batchsampler.files import written_whole

Row = Dict[str, Any]


class History(NamedTuple):
    r"""How rows are read that are older than the settings of today.

    Args:
        defaults (dict): What settings were before there were any.
        old_names (dict): What the columns of some were called before.
    """
    defaults: Dict[str, Any] = {}
    old_names: Dict[str, str] = {}


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
                history: Optional[History] = None) -> None:
    r"""Adds rows to a CSV file: writes it anew beside and renames it, so that
    an interruption loses the new rows at most. Processes that share the file
    take turns. Rows that agree with the key :obj:`instead_of`, see
    :meth:`matching`, make way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f'.{path.name}.lock')):
        frame = read_rows(path)
        if instead_of is not None:
            frame = frame.drop(matching(frame, instead_of, history).index)
        new = pd.DataFrame([{name: _written(value)
                             for name, value in row.items()} for row in rows])
        with written_whole(path) as file:
            pd.concat([frame, new]).fillna('').to_csv(file, index=False)


def matching(frame: 'pd.DataFrame', key: Row,
             history: Optional[History] = None) -> 'pd.DataFrame':
    r"""Returns the rows that agree with a key, as written. A setting that
    rows lack came after them: they have its default, if it has one."""
    defaults, old_names = history or History()
    for name, value in key.items():
        default = _written(defaults.get(name))
        columns = [column for column in (name, old_names.get(name))
                   if column in frame]
        if columns:
            found = frame[columns[0]].astype(str)
            for other in columns[1:]:
                found = found.where(found != '', frame[other].astype(str))
            frame = frame[found.replace('', default) == _written(value)]
        elif name not in defaults or default != _written(value):
            return frame.iloc[:0]
    return frame


def _written(value: Any) -> str:
    return '' if value is None else str(value)
