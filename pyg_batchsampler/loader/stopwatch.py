import time
from contextlib import contextmanager
from typing import Dict, Iterator


class Stopwatch(Dict[str, float]):
    r"""Seconds by what they went into.

    Example:
        >>> seconds = Stopwatch(sampling=0.0)
        >>> with seconds.timed('sampling'):
        ...     pass
        >>> 0 < seconds['sampling'] < 1
        True
    """
    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        r"""Adds the time that the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self[name] += time.perf_counter() - start
