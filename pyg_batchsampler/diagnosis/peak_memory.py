r"""How much memory something takes."""

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

STATUS = Path('/proc/self/statm')
INTERVAL = 0.005  # seconds between looks


@contextmanager
def peak_memory() -> Iterator[List[float]]:
    r"""Measures by how many MiB the resident memory of the process grows at
    most; :obj:`nan` where the system does not tell (it does on Linux). Other
    threads count as well, and memory that was freed before and is used again
    does not.

    Example:
        >>> with peak_memory() as peak:
        ...     block = 2**26 * b'1'
        >>> peak[0] > 50 or peak[0] != peak[0]
        True
    """
    out = [float('nan')]
    if not STATUS.exists():
        yield out
        return
    before = _resident()
    highest, is_over = [before], threading.Event()

    def watch() -> None:
        while not is_over.wait(INTERVAL):
            highest[0] = max(highest[0], _resident())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield out
    finally:
        is_over.set()
        watcher.join()
        out[0] = max(highest[0], _resident()) - before


def _resident() -> float:
    num_pages = int(STATUS.read_text().split()[1])
    return num_pages * os.sysconf('SC_PAGE_SIZE') / 2**20
