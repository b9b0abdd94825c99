from pathlib import Path
from typing import Any

import pytest

from pyg_batchsampler.datasets import load_dataset
from tests.datasets.tu_files import write_tu
from tests.helpers import raises


def test_tu_files(tmp_path: Path) -> None:
    write_tu(tmp_path, 'LABELLED')
    write_tu(tmp_path, 'BARE', with_labels=False)
    dataset = load_dataset('LABELLED', str(tmp_path))
    assert len(dataset) == 24 and dataset.num_node_features == 2
    assert load_dataset('BARE', str(tmp_path))[0].x.tolist() == [[1.0]] * 3
    # Labels first, then the degrees of a path.
    x = load_dataset('LABELLED', str(tmp_path), features='degree')[0].x
    assert x.size() == (3, 2 + 136)
    assert x[:, 2:].argmax(dim=1).tolist() == [1, 2, 1]
    x = load_dataset('BARE', str(tmp_path), features='degree')[0].x
    assert x.size() == (3, 136)


def test_tu_attributes(tmp_path: Path) -> None:
    write_tu(tmp_path, 'TWO', with_labels=False)
    raw = tmp_path / 'TU' / 'TWO' / 'raw'
    nodes = (raw / 'TWO_graph_indicator.txt').read_text().split()
    (raw / 'TWO_node_attributes.txt').write_text(
        ''.join(f'{i}.5, 2\n' for i in range(len(nodes))))
    dataset = load_dataset('TWO', str(tmp_path), features='degree')
    assert dataset[0].x.tolist() == [[0.5, 2], [1.5, 2], [2.5, 2]]
    assert load_dataset('TWO', str(tmp_path))[0].x.tolist() == [[1.0]] * 3


def test_tu_diffusion(tmp_path: Path) -> None:
    write_tu(tmp_path, 'SMALL')
    data = load_dataset('SMALL', str(tmp_path), diffusion=True)[0]
    assert data.diffusion_edge_index.size(0) == 2
    assert data.diffusion_edge_weight.size() == (
        data.diffusion_edge_index.size(1), )
    plain = load_dataset('SMALL', str(tmp_path))[0]
    assert 'diffusion_edge_index' not in plain


def test_without_network(tmp_path: Path,
                         monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: Any, **kwargs: Any) -> None:
        raise OSError('no route to host')

    monkeypatch.setattr('torch_geometric.datasets.TUDataset.download', offline)
    folder = tmp_path / 'TU' / 'MUTAG' / 'raw'
    with raises(
            RuntimeError, f"the files of 'MUTAG' are not in {folder} and "
            'cannot be downloaded (no route to host). Check the name and the '
            'network, or put MUTAG_A.txt, MUTAG_graph_indicator.txt, … there '
            'yourself'):
        load_dataset('MUTAG', str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_broken_files(tmp_path: Path) -> None:
    write_tu(tmp_path, 'BROKEN')
    raw = tmp_path / 'TU' / 'BROKEN' / 'raw'
    (raw / 'BROKEN_graph_indicator.txt').write_text('x\n')
    with pytest.raises(RuntimeError,
                       match="the files of 'BROKEN' in .* cannot be read"):
        load_dataset('BROKEN', str(tmp_path))
    (raw / 'BROKEN_graph_indicator.txt').unlink()
    with raises(RuntimeError, f'BROKEN_graph_indicator.txt is missing in {raw}'
                '. Put it there'):
        load_dataset('BROKEN', str(tmp_path))


@pytest.mark.parametrize('num_edges,message', [
    (0, 'EDGES_A.txt holds no edges'),
    (92, 'graphs 20 to 24, the last ones, have no edges but self-loops: put a '
     'graph with edges at the end')])
def test_graphs_without_edges_at_the_end(num_edges: int, message: str,
                                         tmp_path: Path) -> None:
    write_tu(tmp_path, 'EDGES', with_labels=False)
    path = tmp_path / 'TU' / 'EDGES' / 'raw' / 'EDGES_A.txt'
    lines = path.read_text().splitlines(True)
    path.write_text(''.join(lines[:num_edges]) + '84, 84\n' * (num_edges > 0))
    for _ in range(2):
        with pytest.raises(RuntimeError, match=message):
            load_dataset('EDGES', str(tmp_path))
