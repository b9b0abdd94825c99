r"""Rooms call downwards only, names are sorted and documented."""

import ast
import importlib
import pkgutil
from pathlib import Path
from typing import List

import pytest

import pyg_batchsampler

LEVELS = {name: level for level, names in enumerate([
    'checks files import_ogb ranks seed torch_cluster_ops '
    'warn_caller',
    'compiled',
    'similarity transforms',
    'search nn',
    'graph',
    'walk false_negatives',
    'sampler gather losses',
    'evaluation report',
    'loader diagnosis',
    'datasets',
    'training',
    'experiments',
    'cli',
    '__main__ __init__ conftest',
]) for name in names.split()}
ROOT = Path(pyg_batchsampler.__file__).parent
FILES = sorted(ROOT.rglob('*.py'))


def imported(path: Path) -> List[str]:
    names: List[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix('.py')
    for name in imported(path):
        if name.startswith('pyg_batchsampler.'):
            other = name.split('.')[1]
            assert other == room or LEVELS[other] < LEVELS[room], name


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


def test_torch_cluster_is_called_in_one_place() -> None:
    users = [path.name for path in FILES if 'torch_cluster' in imported(path)]
    assert users == ['torch_cluster_ops.py']


@pytest.mark.parametrize('room', ['', *(
    f'.{module.name}' for module in pkgutil.iter_modules(
        pyg_batchsampler.__path__) if module.ispkg)])
def test_names_are_sorted_and_documented(room: str) -> None:
    package = importlib.import_module(f'pyg_batchsampler{room}')
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        text = getattr(package, name).__doc__
        assert text and text.strip(), name


def test_installed_version() -> None:
    from importlib.metadata import version
    assert version('pyg_batchsampler') == pyg_batchsampler.__version__
