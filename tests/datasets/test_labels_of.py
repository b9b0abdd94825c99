from pathlib import Path

from pyg_batchsampler.datasets import Digits, labels_of, load_dataset
from tests.datasets.tu_files import write_tu


def test_labels(tmp_path: Path) -> None:
    dataset = Digits()
    label = labels_of(dataset[10:20])
    assert label is not None and label.equal(dataset.y[10:20])
    write_tu(tmp_path, 'BARE')
    (tmp_path / 'TU' / 'BARE' / 'raw' / 'BARE_graph_labels.txt').unlink()
    assert labels_of(load_dataset('BARE', str(tmp_path))) is None
