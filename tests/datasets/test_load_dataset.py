from pathlib import Path

import pytest

from pyg_batchsampler.datasets import load_dataset
from tests.datasets.tu_files import write_tu
from tests.helpers import raises


@pytest.mark.parametrize('name', ['', 'ogbg-molx', 'ogbn-x', '../x'])
def test_unknown_names(name: str) -> None:
    with raises(ValueError, f"unknown data set {name!r}. Available: 'digits', "
                "'chebi20', 'COLLAB', 'ENZYMES', 'IMDB-BINARY', 'IMDB-MULTI', "
                "'MUTAG', 'NCI1', 'PROTEINS', 'REDDIT-BINARY', "
                "'ogbg-molhiv', … "
                '(any TU data set and ogbg-mol* of OGB)'):
        load_dataset(name)


@pytest.mark.parametrize('name,other', [
    ('mutag', 'MUTAG'), ('Digits', 'digits'), ('OGBG-MOLHIV', 'ogbg-molhiv'),
    ('ogbg-molHIV', 'ogbg-molhiv'), ('own', 'OWN')])
def test_names_in_other_letters(name: str, other: str,
                                tmp_path: Path) -> None:
    write_tu(tmp_path, 'OWN')
    with raises(ValueError,
                f"unknown data set '{name}'. Did you mean '{other}'?"):
        load_dataset(name, str(tmp_path))
