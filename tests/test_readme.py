import re
import runpy
from pathlib import Path

import pytest

from tests.code_blocks import run_page

ROOT = Path(__file__).parents[1]
README = ROOT / 'README.md'


def test_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(README)


def test_table_is_that_of_the_rows() -> None:
    path = ROOT / 'docs' / 'results_table.py'
    assert runpy.run_path(str(path))['table']() in README.read_text(), (
        'the rows have changed: python docs/results_table.py')


def test_pictures_and_pages_exist() -> None:
    for path in re.findall(r'\]\((docs/.*?)\)', README.read_text()):
        assert (ROOT / path).exists(), path
