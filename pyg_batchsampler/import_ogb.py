r"""OGB without its look for updates."""

import sys
from importlib import import_module
from types import ModuleType

MISSING = object()


def import_ogb(name: str) -> ModuleType:
    r"""Imports a module of :obj:`ogb`, only by who asks for it: that takes a
    second.

    ``import ogb`` asks PyPI for newer releases, in a thread that has no time
    limit and that the interpreter waits for at its exit, unless the package
    ``outdated`` cannot be imported.

    Example:
        >>> evaluate = import_ogb('ogb.graphproppred.evaluate')
        >>> evaluate.Evaluator('ogbg-molhiv').eval_metric
        'rocauc'
    """
    outdated = sys.modules.get('outdated', MISSING)
    sys.modules['outdated'] = None  # type: ignore[assignment]
    try:
        return import_module(name)
    finally:
        if outdated is MISSING:
            del sys.modules['outdated']
        else:
            sys.modules['outdated'] = outdated  # type: ignore[assignment]
