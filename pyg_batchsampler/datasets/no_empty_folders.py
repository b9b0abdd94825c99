from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator


@contextmanager
def no_empty_folders(folder: Path) -> Iterator[None]:
    r"""Removes a folder that a download which fails has made."""
    missing = [path for path in [folder, *folder.parents]
               if not path.exists()]
    try:
        yield
    except Exception:
        with suppress(OSError):
            for path in missing:
                path.rmdir()
        raise
