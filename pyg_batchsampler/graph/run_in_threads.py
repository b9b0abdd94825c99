r"""Compiled loops on all cores."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any, Callable

import torch

MIN_WORK = 4_000_000  # nanoseconds that are worth a thread
PIECES_PER_THREAD = 8  # a core may be busy with something else


def run_in_threads(kernel: Callable[..., None], num_rows: int, work: int,
                   *args: Any) -> None:
    r"""Calls :obj:`kernel(begin, end, *args)` for ranges of rows that make up
    :obj:`range(num_rows)`, side by side in :meth:`torch.get_num_threads`
    threads.

    The kernel must release the GIL and write to its own rows only. Threads
    live as long as the call, so that a process may fork in between.

    Args:
        kernel (callable): A loop compiled by :obj:`numba`.
        num_rows (int): Number of rows.
        work (int): About how many nanoseconds it takes; little work is done
            on the spot.
        *args: Further arguments of the kernel.
    """
    num_threads = min(torch.get_num_threads(), num_rows, work // MIN_WORK)
    if num_threads <= 1:
        kernel(0, num_rows, *args)
        return
    num_pieces = min(num_rows, num_threads * PIECES_PER_THREAD)
    cuts = [num_rows * i // num_pieces for i in range(num_pieces + 1)]
    with ThreadPoolExecutor(num_threads) as pool:
        list(pool.map(kernel, cuts[:-1], cuts[1:], *map(repeat, args)))
