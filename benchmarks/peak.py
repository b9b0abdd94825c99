r"""Runs in a process of their own, and the memory they needed."""

import multiprocessing
import threading
from pathlib import Path
from typing import Any, Callable, Dict

STATUS = Path('/proc/self/status')
INTERVAL = 0.02  # seconds between looks at the memory


def in_own_process(function: Callable[..., Dict[str, Any]], *args: Any,
                   **kwargs: Any) -> Dict[str, Any]:
    r"""Returns what a function does, called in a fresh process, with its peak
    of memory in GiB: :obj:`resident` in all, and :obj:`anonymous`, without
    the pages of files."""
    context = multiprocessing.get_context('spawn')
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run,
                              args=(sender, function, args, kwargs))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"'{function.__name__}' ended without a result "
                           f"(exit code {process.exitcode}; -9 is mostly too "
                           "little memory)") from None
    finally:
        process.join()


def _run(sender: Any, function: Callable[..., Dict[str, Any]], args: Any,
         kwargs: Any) -> None:
    peak, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(INTERVAL):
            peak[0] = max(peak[0], _status('RssAnon'))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        out = function(*args, **kwargs)
    finally:
        is_over.set()
        watcher.join()
    anonymous = max(peak[0], _status('RssAnon'))
    sender.send(dict(out, resident=_status('VmHWM') / 2**20,
                     anonymous=anonymous / 2**20))


def _status(name: str) -> int:
    r"""Returns a line of the process' status, in KiB."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f'{name}:'):
            return int(line.split()[1])
    raise RuntimeError(f"{STATUS} has no '{name}'. Memory is measured on "
                       "Linux only")
