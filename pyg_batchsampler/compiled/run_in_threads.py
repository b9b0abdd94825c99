r"""Loops on all cores: compiled ones, and those around PyTorch's ops."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from threading import Lock
from typing import Any, Callable, Sequence

import torch
from tqdm import tqdm

# Work that takes fewer nanoseconds than these is done without threads. Threads
# are started for each call and end with it, which costs, most of all where
# they run PyTorch's ops: the first op in a new thread takes milliseconds.
# Threads that stay would cost more. A process that has them must not fork, as
# data loaders do, and OpenMP, finding more threads than cores, would let its
# own threads sleep between ops: training of small models took 1.8 times as
# long.
MIN_WORK = 2_000_000
MIN_WORK_AROUND_OPS = 50_000_000
# More pieces than threads: one of the cores may be busy with something else.
PIECES_PER_THREAD = 4
_lock = Lock()


def run_in_threads(kernel: Callable[..., None], num_rows: int, work: int,
                   *args: Any) -> None:
    r"""Calls :obj:`kernel(begin, end, *args)` for ranges of rows that make up
    :obj:`range(num_rows)`, side by side in :meth:`torch.get_num_threads`
    threads.

    An exactly-once epoch of 200,000 instances takes 1.2 times as long to plan
    in one thread as in two (``python -m benchmarks.home_made``).

    Args:
        kernel (callable): A kernel that writes to its own rows only.
        num_rows (int): Number of rows.
        work (int): About how many nanoseconds it takes; little work is done
            without threads.
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

    The alternative is one item after the other, with all threads within each
    op. Where ops are small, threads then mostly wait for each other: a
    proximity graph takes twice as long on two cores that have nothing else to
    do, four times on busy ones (``python -m benchmarks.home_made``).

    Args:
        function (callable): What to call.
        items (Sequence): Its argument, call by call.
        work (int): About how many nanoseconds all calls take together;
            little work is done without threads.
        name (str): Title of the progress bar that a terminal shows after
            three seconds.
    """
    num_threads = torch.get_num_threads()
    bar = partial(tqdm, total=len(items), desc=name, delay=3, leave=False,
                  disable=None)
    if num_threads == 1 or len(items) < 2 or work < MIN_WORK_AROUND_OPS:
        for _ in bar(map(function, items)):
            pass
        return
    with _lock:  # a new thread starts with the number that was set last
        try:
            with ThreadPoolExecutor(num_threads, initargs=(1, ),
                                    initializer=torch.set_num_threads) as pool:
                for _ in bar(pool.map(function, items)):
                    pass
        finally:
            torch.set_num_threads(num_threads)
