r"""Molecules and what is written about them."""

import importlib
import zlib
from pathlib import Path
from typing import Any, List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset
from tqdm import tqdm

from pyg_batchsampler.datasets.embed_texts import embed_texts
from pyg_batchsampler.datasets.registry import register_dataset
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.import_ogb import import_ogb

FILES = ['training', 'test', 'validation']  # as far as they are there


class Records(NamedTuple):
    r"""Molecules as SMILES, and their descriptions."""
    smiles: List[str]
    texts: List[str]


@register_dataset('chebi20')
def load_chebi20(root: str) -> InMemoryDataset:
    r"""Returns the molecules of ChEBI-20, from the `"Text2Mol: Cross-Modal
    Molecule Retrieval with Natural Language Queries"
    <https://aclanthology.org/2021.emnlp-main.47>`_ paper, as graphs with the
    features of OGB and :obj:`description`, the embedding of what is written
    about them, :math:`[1, 384]`.

    The files :obj:`training.txt`, :obj:`test.txt` and :obj:`validation.txt`
    of the release, as far as they are there, are taken from
    :obj:`{root}/molecules/chebi20`. Graphs and embeddings are made once and
    kept in :obj:`root`.

    Args:
        root (str): Folder of the data sets.

    Raises:
        ImportError: If RDKit or the sentence encoder is missing.
        RuntimeError: If there are no files, or they cannot be read.
    """
    records = read_records(root)
    dataset, kept = _load_graphs(records.smiles, Path(root, 'molecules'))
    texts = embed_texts(records.texts, Path(root, 'embeddings'))
    return with_descriptions(dataset, texts[kept])


def read_records(root: str, files: Sequence[str] = FILES) -> Records:
    r"""Reads the pairs of ChEBI-20, of those files that are there."""
    folder = Path(root, 'molecules', 'chebi20')
    paths = [folder / f'{name}.txt' for name in files]
    out = Records([], [])
    for path in filter(Path.exists, paths):
        lines = path.read_text(encoding='utf-8').splitlines()[1:]
        for number, line in enumerate(lines, start=2):
            cells = line.split('\t')
            if len(cells) != 3:
                raise RuntimeError(
                    f"line {number} of {path} must hold CID, SMILES and "
                    f"description, separated by tabs (got {len(cells)} "
                    "cells). Mend or leave it out")
            out.smiles.append(cells[1].replace('\\\\', '\\'))
            out.texts.append(cells[2])
    if not out.smiles:
        raise RuntimeError(f"the files of 'chebi20' are not in {folder}. Put "
                           "test.txt, validation.txt or training.txt of "
                           "github.com/blender-nlp/MolT5 there")
    return out


def with_descriptions(dataset: InMemoryDataset,
                      texts: Tensor) -> InMemoryDataset:
    r"""Gives every graph its row as :obj:`description`."""
    dataset._data.description = texts
    dataset.slices['description'] = torch.arange(len(texts) + 1)
    return dataset


def _load_graphs(smiles: List[str],
                 folder: Path) -> Tuple[InMemoryDataset, Tensor]:
    r"""Returns the molecules that RDKit can read as graphs, and which ones
    they are."""
    name = f'{zlib.crc32(chr(10).join(smiles).encode()):08x}.pt'
    path = folder / 'graphs' / name
    dataset = InMemoryDataset()
    if not path.exists():
        graphs, kept = _graphs_of(smiles)
        dataset.data, dataset.slices = dataset.collate(graphs)
        with written_whole(path) as beside:
            torch.save([dataset._data.to_dict(), dataset.slices,
                        torch.tensor(kept)], beside)
    data, dataset.slices, index = torch.load(path)
    dataset.data = Data.from_dict(data)
    if len(index) < len(smiles):
        print(f'{len(smiles) - len(index)} of {len(smiles)} molecules cannot '
              'be read by RDKit and are left out')
    return dataset, index


def _graphs_of(smiles: List[str]) -> Tuple[List[Data], List[int]]:
    chem = import_rdkit('Chem')
    import_rdkit('rdBase').DisableLog('rdApp.*')
    smiles2graph = import_ogb('ogb.utils.mol').smiles2graph
    graphs, kept = [], []
    for i, text in enumerate(tqdm(smiles, 'preparing chebi20', unit='graph',
                                  delay=3, leave=False)):
        if chem.MolFromSmiles(text) is None:
            continue
        graph = smiles2graph(text)
        graphs.append(Data(*(torch.from_numpy(graph[name]) for name in
                             ['node_feat', 'edge_index', 'edge_feat'])))
        kept.append(i)
    return graphs, kept


def import_rdkit(module: str) -> Any:
    r"""Imports a module of RDKit.

    Raises:
        ImportError: If it is not there.
    """
    try:
        return importlib.import_module(f'rdkit.{module}')
    except ImportError as error:
        raise ImportError("molecules are read by RDKit. Install it with "
                          "'pip install rdkit'") from error
