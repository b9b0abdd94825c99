r"""Results as rows of a CSV file that is always whole."""

from pathlib import Path
from typing import Any, Dict, List

import pandas as pd

from pyg_batchsampler.files import written_whole

Row = Dict[str, Any]


def read_rows(path: Path) -> 'pd.DataFrame':
    r"""Reads all rows; none if there is no file."""
    if not path.exists():
        return pd.DataFrame()
    try:
        return pd.read_csv(path, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError,
            UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no CSV file of results ({error}). Move "
                         "it away or choose another '--out'") from error


def append_rows(path: Path, rows: List[Row]) -> None:
    r"""Adds rows to a CSV file: writes it anew beside and renames it, so that
    an interruption loses the new rows at most."""
    frame = pd.concat([read_rows(path), pd.DataFrame(rows).fillna('')])
    with written_whole(path) as file:
        frame.to_csv(file, index=False)


def matching(frame: 'pd.DataFrame', key: Row) -> 'pd.DataFrame':
    r"""Returns the rows that agree with a key, as written."""
    for name, value in key.items():
        if name not in frame:
            return frame.iloc[:0]
        written = '' if value is None else str(value)
        frame = frame[frame[name].astype(str) == written]
    return frame
