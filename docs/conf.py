r"""Settings of Sphinx."""

import pyg_batchsampler

project = 'pyg_batchsampler'
author = 'The pyg_batchsampler authors'
release = pyg_batchsampler.__version__
extensions = [
    'sphinx.ext.autodoc',
    'sphinx.ext.mathjax',
    'sphinx.ext.napoleon',
    'sphinx.ext.viewcode',
]
html_theme = 'furo'
html_title = f'pyg_batchsampler {release}'
html_static_path = ['images']
exclude_patterns = ['_build']
autodoc_member_order = 'bysource'
autodoc_typehints = 'none'
napoleon_custom_sections = ['Shapes']
