r"""Settings of Sphinx."""

import importlib
import os
import textwrap
from contextlib import redirect_stdout, suppress
from io import StringIO
from typing import Any, List

import pyg_batchsampler
from pyg_batchsampler.cli import main

project = 'pyg_batchsampler'
author = 'The pyg_batchsampler authors'
copyright = 'the pyg_batchsampler authors, MIT licence'
release = pyg_batchsampler.__version__
extensions = [
    'sphinx.ext.autodoc',
    'sphinx.ext.autosummary',
    'sphinx.ext.mathjax',
    'sphinx.ext.napoleon',
    'sphinx.ext.viewcode',
]
html_theme = 'sphinx_rtd_theme'
html_title = f'pyg_batchsampler {release}'
html_static_path = ['static']
html_css_files = ['style.css']
html_show_sourcelink = False
exclude_patterns = ['_build']
pygments_style = 'default'
autodoc_inherit_docstrings = False  # torch's are no news
autodoc_member_order = 'bysource'
autodoc_typehints = 'none'
autosummary_generate = False
napoleon_custom_sections = ['Shapes']


def fill_in_names(app: Any, name: str, source: List[str]) -> None:
    r"""Lets API pages loop over ``__all__``, which templates must not read,
    and show ``help``."""
    if name.startswith('api/'):
        source[0] = app.builder.templates.render_string(
            source[0], {'names': _names, 'shared': _shared, 'help': _help()})


def _names(module: str) -> List[str]:
    r"""Returns the classes and functions of a module that the first page does
    not have."""
    package = importlib.import_module(module)
    return [name for name in package.__all__
            if callable(getattr(package, name))
            and name not in _shared(module)]


def _shared(module: str) -> List[str]:
    r"""Returns the names of a module that the first page has."""
    if module == pyg_batchsampler.__name__:
        return []
    package = importlib.import_module(module)
    return [name for name in package.__all__
            if name in pyg_batchsampler.__all__]


def _help() -> str:
    r"""Returns what ``compare --help`` prints, indented."""
    os.environ['COLUMNS'] = '88'
    with suppress(SystemExit), redirect_stdout(StringIO()) as out:
        main(['compare', '--help'])
    return textwrap.indent(out.getvalue(), '   ')


def setup(app: Any) -> None:
    app.connect('source-read', fill_in_names)
