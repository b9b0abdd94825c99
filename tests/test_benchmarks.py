import json
import runpy
import sys
from pathlib import Path

import pytest

SHARED = ['__init__', 'contest', 'fill', 'measure', 'mini_batches', 'paired',
          'pairs', 'peak', 'ranks', 'runs', 'watch']
SCRIPTS = sorted(
    path.stem for path in (Path(__file__).parents[1] / 'benchmarks').glob(
        '*.py') if path.stem not in SHARED)


@pytest.mark.parametrize('name', SCRIPTS)
def test_quick(name: str, tmp_path: Path,
               monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / 'out.json'
    monkeypatch.setattr(sys, 'argv',
                        [name, '--quick', '--json', str(path)])
    # A script that another one has imported is run anew.
    monkeypatch.delitem(sys.modules, f'benchmarks.{name}', raising=False)
    # Processes that it starts look for its functions in '__main__'.
    runpy.run_module(f'benchmarks.{name}', run_name='__main__',
                     alter_sys=True)
    assert 'machine' in json.loads(path.read_text())


@pytest.mark.parametrize('name', SCRIPTS)
def test_help(name: str, monkeypatch: pytest.MonkeyPatch,
              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, 'argv', [name, '--help'])
    monkeypatch.delitem(sys.modules, f'benchmarks.{name}', raising=False)
    with pytest.raises(SystemExit, match='^0$'):
        runpy.run_module(f'benchmarks.{name}', run_name='__main__')
    assert '--quick' in capsys.readouterr().out
