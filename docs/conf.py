r"""Settings of Sphinx."""

import importlib
from typing import Any, List

import pyg_batchsampler

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
autodoc_member_order = 'bysource'
autodoc_typehints = 'none'
autosummary_generate = False
napoleon_custom_sections = ['Shapes']


def fill_in_names(app: Any, name: str, source: List[str]) -> None:
    r"""On API pages, a loop over ``names`` is one over ``__all__``."""
    if name.startswith('api/'):
        module = f'pyg_batchsampler.{name.removeprefix("api/")}'
        if name == 'api/index':
            module = 'pyg_batchsampler'
        names = getattr(importlib.import_module(module), '__all__', [])
        source[0] = app.builder.templates.render_string(
            source[0], {'names': names, 'module': module})


def setup(app: Any) -> None:
    app.connect('source-read', fill_in_names)
