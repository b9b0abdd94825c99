r"""Loops in machine code that is kept on disk as long as it is up to date."""

import hashlib
import inspect
from numbers import Number
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from numba import njit
from numba.extending import is_jitted


def kernel(function: Optional[Callable[..., Any]] = None,
           **options: Any) -> Any:
    r"""Compiles a loop by :meth:`numba.njit`, lets other threads run
    meanwhile, and keeps the machine code on disk.

    To tell whether kept code is up to date, :obj:`numba` looks at the file
    that holds the loop, and at no other. Yet machine code also contains the
    kernels that the loop calls and the constants that it uses, wherever they
    come from. A digest of all of them therefore becomes part of the name of
    the file that the code is kept in: once one of them changes, there is no
    such file yet, and the loop is compiled anew. Where no file can be kept,
    every process compiles for itself.

    Args:
        function (callable): The loop. Whatever it calls of this package must
            be a kernel and imported by its name.
        **options (optional): Further options of :meth:`numba.njit`.

    Example:
        >>> @kernel
        ... def double(x):
        ...     return 2 * x
        >>> double(21)
        42
    """
    if function is None:
        return lambda function: kernel(function, **options)
    name = function.__qualname__
    try:
        # It names the file, which is chosen here and now.
        function.__qualname__ = f'{name}-{_digest(function)}'
        out = njit(nogil=True, cache=True, **options)(function)
    except (OSError, RuntimeError):  # no source, or no folder to write to
        out = njit(nogil=True, **options)(function)
    out.__qualname__ = function.__qualname__ = name
    return out


def _digest(function: Callable[..., Any]) -> str:
    r"""Returns a digest of all that the machine code of a loop may depend on:
    the files of the kernels in its module, and in theirs, and the values of
    their constants."""
    constants: Dict[str, List[str]] = {__file__: []}  # by file
    left: List[Any] = [function]
    while left:
        each = left.pop()
        path = inspect.getfile(each)
        if path in constants:
            continue
        names = each.__globals__
        left += [value.py_func for value in names.values()
                 if is_jitted(value)]
        constants[path] = [f'{name} = {value!r}'
                           for name, value in names.items()
                           if isinstance(value, (Number, str, tuple))
                           and not name.startswith('__')]
    digest = hashlib.sha256()
    for path in sorted(constants):
        digest.update(Path(path).read_bytes())
        digest.update('\n'.join(sorted(constants[path])).encode())
    return digest.hexdigest()[:16]
