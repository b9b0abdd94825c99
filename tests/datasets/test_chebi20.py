import zlib
from pathlib import Path
from typing import List, Optional

import numpy as np
import pytest
import torch

from pyg_batchsampler.cli import main
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.datasets.embed_texts import embed_texts
from tests.helpers import raises

SMILES = ['C', 'CC', 'CCO', 'C1CC1', 'c1ccccc1', 'CC(=O)O', 'CN', 'CCl',
          'C=C', 'C#N']


def write(root: Path, smiles: Optional[List[str]] = None) -> List[str]:
    r"""Writes both files of the data set, and the embedding of its texts as
    if it had been made before."""
    folder = root / 'molecules' / 'chebi20'
    folder.mkdir(parents=True)
    smiles = smiles or SMILES
    texts = [f'It is {each}.' for each in smiles]
    for name, part in [('test', slice(0, 4)), ('validation', slice(4, None))]:
        lines = [f'{i}\t{each}\t{text}' for i, (each, text) in enumerate(
            zip(smiles[part], texts[part]))]
        (folder / f'{name}.txt').write_text(
            '\n'.join(['CID\tSMILES\tdescription', *lines]) + '\n')
    path = root / 'embeddings' / (
        f'{zlib.crc32(chr(10).join(texts).encode()):08x}.npy')
    path.parent.mkdir()
    np.save(path, np.arange(len(texts) * 3, dtype=np.float32).reshape(-1, 3))
    return texts


def test_molecules_keep_their_texts(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip('rdkit')
    texts = write(tmp_path, [*SMILES[:3], 'C1CC', *SMILES[3:]])
    known = embed_texts(texts, tmp_path / 'embeddings')
    for _ in range(2):  # made, and read again
        dataset = load_dataset('chebi20', str(tmp_path))
        assert [data.num_nodes for data in dataset] == [
            1, 2, 3, 3, 6, 4, 2, 2, 2, 2]
        assert dataset[3:5]._data is not None
        for data, i in zip(dataset, [0, 1, 2, *range(4, 11)]):
            assert data.description.equal(known[i:i + 1])
        assert '1 of 11 molecules cannot be read by RDKit' in (
            capsys.readouterr().out)
    assert dataset[4].x.dtype == torch.long and dataset[4].x.size(1) == 9


def test_compare_takes_it_by_name(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip('rdkit')
    write(tmp_path)
    argv = ['compare', '--dataset', 'chebi20', '--root', str(tmp_path),
            '--model', 'dual_encoder', '--held-out', '0.4', '--out',
            str(tmp_path / 'out'), '--seeds', '2', '--epochs', '3',
            '--batch-size', '2', '--samplers', 'uniform', 'knn']
    assert main(argv) == 0
    out = capsys.readouterr().out
    assert 'R@1: share of 4 held-out graphs that their descriptions find' in (
        out)
    rows = (tmp_path / 'out' / 'chebi20' / 'results.csv').read_text()
    assert len(rows.splitlines()) == 1 + 2 * 3
    assert main(argv) == 0  # nothing is run again
    assert (tmp_path / 'out' / 'chebi20' / 'results.csv').read_text() == rows
    assert main([*argv, '--augmentation-ratio', '0.5']) == 2
    assert "'augmentation_ratio' must not be set with 'model' set to " in (
        capsys.readouterr().err)


def test_files_that_are_not_there_or_not_whole(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="files of 'chebi20' are not in"):
        load_dataset('chebi20', str(tmp_path))
    write(tmp_path)
    path = tmp_path / 'molecules' / 'chebi20' / 'validation.txt'
    path.write_text(path.read_text() + '7\tCC\n')
    with raises(RuntimeError, f'line 8 of {path} must hold CID, SMILES and '
                'description, separated by tabs (got 2 cells). Mend or leave '
                'it out'):
        load_dataset('chebi20', str(tmp_path))


def test_graphs_without_descriptions(
        capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['train', '--model', 'dual_encoder']) == 2
    assert ("'model' must not be 'dual_encoder' for graphs without "
            "'description' (got ['edge_index', 'x', 'y'])") in (
        capsys.readouterr().err)
