import sys
from pathlib import Path

import pytest

from pyg_batchsampler.cli import main
from pyg_batchsampler.cli.import_modules import import_modules
from tests.helpers import raises


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    r"""A current folder that is not in the path, as for an installed
    script."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, 'path', [path for path in sys.path if path])
    return tmp_path


def test_modules_of_the_current_folder(folder: Path) -> None:
    for name in ['mine_by_name', 'mine_by_path']:
        (folder / f'{name}.py').write_text('seen = []\n')
    (folder / 'nested_mine').mkdir()
    (folder / 'nested_mine' / 'deep_mine.py').write_text('seen = [1]\n')
    import_modules(['mine_by_name', 'mine_by_path.py',
                    'nested_mine/deep_mine.py', 'nested_mine.deep_mine'])
    assert {'mine_by_name', 'mine_by_path', 'deep_mine',
            'nested_mine.deep_mine'} <= {*sys.modules}


@pytest.mark.parametrize('name,text,reason', [
    ('not_there', None, "ModuleNotFoundError: No module named 'not_there'"),
    ('not_there.py', None, "ModuleNotFoundError: No module named 'not_there'"),
    ('mine_broken', 'def f(:\n',
     'SyntaxError: invalid syntax (mine_broken.py, line 1)'),
    ('mine_wrong', "raise KeyError('a\\nb')\n", "KeyError: 'a\\nb'"),
])
def test_what_goes_wrong_is_one_line(
        name: str, text: str, reason: str, folder: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    if text is not None:
        (folder / f'{name}.py').write_text(text)
    assert main(['compare', '--import', name]) == 2
    assert capsys.readouterr().err == (
        f"error: '--import {name}' failed ({reason}). Give a module or a .py "
        f'file that can be imported from the current folder, {folder}\n')


def test_a_file_under_the_name_of_another_module(folder: Path) -> None:
    (folder / 'json.py').write_text('')
    import json
    with raises(ImportError, "'--import json.py' failed: 'json' is the name "
                f'of another module, {json.__file__}. Rename the file'):
        import_modules(['json.py'])
