r"""Loops in machine code that is kept on disk as long as it is up to date."""

import hashlib
import inspect
from numbers import Number
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.extending import is_jitted


def kernel(function: Optional[Callable[..., Any]] = None,
           **options: Any) -> Any:
    r"""Compiles a loop by :meth:`numba.njit`, lets other threads run
    meanwhile, and keeps the machine code on disk.

    To tell whether what was kept is up to date, :obj:`numba` looks at the
    file of the loop alone. Here, the files of all loops that it may call and
    the numbers that it may use count as well.

    Args:
        function (callable): The loop.
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
    out = njit(nogil=True, **options)(function)
    try:
        cache = FunctionCache(function)
    except RuntimeError:  # no file, or nowhere to keep it
        return out
    # The stamp is what tells numba that a file has changed.
    cache._cache_file = IndexDataCacheFile(cache._cache_path,
                                           cache._impl.filename_base,
                                           _stamp(function))
    out._cache = cache
    return out


def _stamp(function: Callable[..., Any]) -> str:
    r"""Returns a digest of all that the machine code may depend on: what is
    defined so far in the module of a loop, and in those of the loops there."""
    sources: Dict[str, List[str]] = {}
    left: List[Any] = [function]
    while left:
        each = left.pop()
        path = inspect.getsourcefile(each)
        if path is None or path in sources:
            continue
        names = each.__globals__
        left += [value.py_func for value in names.values()
                 if is_jitted(value)]
        sources[path] = [f'{name} = {value!r}'
                         for name, value in names.items()
                         if isinstance(value, Number)]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(Path(path).read_bytes())
        digest.update('\n'.join(sorted(sources[path])).encode())
    return digest.hexdigest()
