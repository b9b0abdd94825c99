r"""Loops on all cores: compiled ones, and those around PyTorch's ops."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from threading import Lock
from typing import Any, Callable, Sequence

import torch
from tqdm import tqdm

# Nanoseconds of work that are worth threads. They live as long as a call, so
# that a process may fork in between. The first op in a new one takes
# milliseconds, yet to keep them would be worse: OpenMP, finding more threads
# than cores, then lets its own sleep between ops, which made training of small
# models take 1.8 times as long.
MIN_WORK = 2_000_000
MIN_WORK_AROUND_OPS = 50_000_000
PIECES_PER_THREAD = 4  # a core may be busy with something else
_lock = Lock()


def run_in_threads(kernel: Callable[..., None], num_rows: int, work: int,
                   *args: Any) -> None:
    r"""Calls :obj:`kernel(begin, end, *args)` for ranges of rows that make up
    :obj:`range(num_rows)`, side by side in :meth:`torch.get_num_threads`
    threads.

    Args:
        kernel (callable): A loop compiled by :obj:`numba` that releases the
            GIL and writes to its own rows only.
        num_rows (int): Number of rows.
        work (int): About how many nanoseconds it takes; little work is done
            on the spot.
        *args: Further arguments of the kernel.
    """
    num_threads = torch.get_num_threads()
    num_pieces = min(num_rows, PIECES_PER_THREAD * num_threads)
    if num_threads == 1 or num_pieces < 2 or work < MIN_WORK:
        kernel(0, num_rows, *args)
        return
    cuts = [num_rows * i // num_pieces for i in range(num_pieces + 1)]
    with ThreadPoolExecutor(num_threads) as pool:
        list(pool.map(kernel, cuts[:-1], cuts[1:], *map(repeat, args)))


def for_each_in_threads(function: Callable[[Any], None],
                        items: Sequence[Any], work: int, name: str) -> None:
    r"""Calls :obj:`function` for each item, :meth:`torch.get_num_threads` at
    a time, with PyTorch's ops at one thread each.

    That is faster than one item after the other with all threads within its
    ops where ops are small, and threads would wait for each other every time.

    Args:
        function (callable): What to call.
        items (Sequence): Its argument, call by call.
        work (int): About how many nanoseconds it takes in all; little work
            is done one item after the other.
        name (str): What to call it on the progress bar that a terminal shows
            after three seconds.
    """
    num_threads = torch.get_num_threads()
    bar = partial(tqdm, total=len(items), desc=name, delay=3, leave=False,
                  disable=None)
    if num_threads == 1 or len(items) < 2 or work < MIN_WORK_AROUND_OPS:
        for _ in bar(map(function, items)):
            pass
        return
    with _lock:  # new threads take over the number that was set last
        try:
            with ThreadPoolExecutor(num_threads, initargs=(1, ),
                                    initializer=torch.set_num_threads) as pool:
                for _ in bar(pool.map(function, items)):
                    pass
        finally:
            torch.set_num_threads(num_threads)
