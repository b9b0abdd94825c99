from pathlib import Path

from pyg_batchsampler.datasets import load_dataset
from tests.helpers import raises


def test_ogb_files_that_are_not_whole(tmp_path: Path) -> None:
    folder = tmp_path / 'ogb' / 'ogbg_molhiv'
    folder.mkdir(parents=True)
    with raises(RuntimeError, f"the files of 'ogbg-molhiv' in {folder} are "
                "not whole: RELEASE_v1.txt is missing. Delete the folder to "
                'download them anew'):
        load_dataset('ogbg-molhiv', str(tmp_path))
    with raises(ValueError, "'diffusion' and MVGRL need real node features; "
                "those of 'ogbg-molhiv' are categories. Use GraphCL"):
        load_dataset('ogbg-molhiv', str(tmp_path), diffusion=True)
