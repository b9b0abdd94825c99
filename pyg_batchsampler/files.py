r"""Files that are whole or not there."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union


@contextmanager
def written_whole(path: Union[str, 'os.PathLike[str]']) -> Iterator[Path]:
    r"""Gives a file beside :obj:`path` to write to, which takes its place in
    the end; an interruption leaves what was there.

    Example:
        >>> with written_whole(folder / 'result.txt') as file:
        ...     _ = file.write_text('42')
        >>> [file.name for file in folder.iterdir()]
        ['result.txt']
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f'.{os.getpid()}.{path.name}')
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
