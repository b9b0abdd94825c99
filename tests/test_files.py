from pathlib import Path

import pytest

from pyg_batchsampler.files import written_whole


def test_interrupted_writing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / 'some' / 'file.txt'
    for text, error in [('first', None), ('second', KeyboardInterrupt)]:
        try:
            with written_whole(path) as file:
                file.write_text(text)
                if error is not None:
                    raise error
        except KeyboardInterrupt:
            pass
    assert path.read_text() == 'first'
    assert [file.name for file in path.parent.iterdir()] == ['file.txt']


def test_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('')
    with pytest.raises(OSError):
        with written_whole(tmp_path / 'file' / 'result'):
            pass
