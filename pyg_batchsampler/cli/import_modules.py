r"""Modules of others, whose strategies the command line can then use."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import List


def import_modules(names: List[str]) -> None:
    r"""Imports modules by name, or by the path of a :obj:`.py` file, as seen
    from the current folder.

    Raises:
        ImportError: With the name of the module and the reason, whatever goes
            wrong in it.
    """
    for name in names:
        is_file = name.endswith('.py')
        path = Path(name).resolve()
        folder = str(path.parent) if is_file else os.getcwd()
        if folder not in sys.path:
            sys.path.insert(0, folder)
        try:
            module = import_module(path.stem if is_file else name)
        except Exception as error:
            reason = (str(error).splitlines() or [''])[0]
            raise ImportError(
                f"'--import {name}' failed ({type(error).__name__}: "
                f"{reason}). Give a module or a .py file that can be imported "
                f"from the current folder, {os.getcwd()}") from error
        found = Path(getattr(module, '__file__', None) or '').resolve()
        if is_file and found != path:
            raise ImportError(f"'--import {name}' failed: '{path.stem}' is "
                              f"the name of another module, {found}. Rename "
                              "the file")
