r"""Molecules and what is written about them."""

import importlib
import zlib
from pathlib import Path
from typing import Any, List, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

from benchmarks.text import embed_sentences
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.import_ogb import import_ogb
from pyg_batchsampler.seed import make_generator

FILES = ['test', 'validation']


class Records(NamedTuple):
    r"""Molecules as SMILES, and their descriptions."""
    smiles: List[str]
    texts: List[str]


class Graphs(NamedTuple):
    r"""Molecules as graphs, those that could be read, and which ones they
    are."""
    dataset: InMemoryDataset
    kept: Tensor


def read_records(root: str) -> Records:
    r"""Reads the pairs of ChEBI-20's validation and test files."""
    out = Records([], [])
    for name in FILES:
        path = Path(root, 'molecules', 'chebi20', f'{name}.txt')
        for line in path.read_text(encoding='utf-8').splitlines()[1:]:
            smiles, text = line.split('\t')[1:]
            out.smiles.append(smiles.replace('\\\\', '\\'))
            out.texts.append(text)
    return out


def load_pairs(root: str) -> InMemoryDataset:
    r"""Returns molecules with :obj:`description`, the embedding of what is
    written about them, :math:`[1, 384]`; invented ones without a folder.
    Graphs and embeddings are made once and kept in the folder."""
    if not root:
        return invented_pairs(400)
    records = read_records(root)
    graphs = load_graphs(records.smiles, Path(root, 'molecules'))
    texts = embed_sentences(records.texts, Path(root))[graphs.kept]
    num_unread = len(records.smiles) - len(texts)
    print(f'{len(texts)} pairs of a molecule and a text; {num_unread} '
          'molecules could not be read')
    return with_descriptions(graphs.dataset, texts)


def with_descriptions(dataset: InMemoryDataset,
                      texts: Tensor) -> InMemoryDataset:
    r"""Gives every graph its row."""
    dataset._data.description = texts
    dataset.slices['description'] = torch.arange(len(texts) + 1)
    return dataset


def load_graphs(smiles: List[str], folder: Path) -> Graphs:
    r"""Returns molecules as graphs with OGB's features."""
    name = f'{zlib.crc32(chr(10).join(smiles).encode()):08x}.pt'
    path = folder / 'graphs' / name
    if not path.exists():
        graphs, kept = graphs_of(smiles)
        dataset = collated(graphs)
        with written_whole(path) as beside:
            torch.save([dataset._data.to_dict(), dataset.slices,
                        torch.tensor(kept)], beside)
    data, slices, kept = torch.load(path)
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = Data.from_dict(data), slices
    return Graphs(dataset, kept)


def graphs_of(smiles: List[str]) -> Any:
    r"""Returns the graphs of molecules that RDKit can read, and which ones
    these are."""
    chem = import_rdkit('Chem')
    smiles2graph = import_ogb('ogb.utils.mol').smiles2graph
    import_rdkit('rdBase').DisableLog('rdApp.*')
    graphs, kept = [], []
    for i, text in enumerate(smiles):
        if chem.MolFromSmiles(text) is None:
            continue
        graph = smiles2graph(text)
        graphs.append(Data(*(torch.from_numpy(graph[name]) for name in
                             ['node_feat', 'edge_index', 'edge_feat'])))
        kept.append(i)
    return graphs, kept


def import_rdkit(module: str) -> Any:
    r"""Imports a module of RDKit."""
    try:
        return importlib.import_module(f'rdkit.{module}')
    except ImportError as error:
        raise ImportError("molecules are read by RDKit. Install it with "
                          "'pip install rdkit'") from error


def collated(graphs: List[Data]) -> InMemoryDataset:
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = dataset.collate(graphs)
    return dataset


def invented_pairs(num_pairs: int) -> InMemoryDataset:
    r"""Returns small trees of atoms, described by how often each kind of
    atom occurs, blurred."""
    generator = make_generator(0)

    def draw(high: int, *size: int) -> Tensor:
        return torch.randint(high, size, generator=generator)

    graphs = []
    count = torch.zeros(num_pairs, 10)
    for i in range(num_pairs):
        size = 4 + int(draw(9, 1))
        x = torch.zeros(size, 9, dtype=torch.long)
        x[:, 0] = draw(10, size)
        count[i] = x[:, 0].bincount(minlength=10)
        child = torch.arange(1, size)
        bonds = torch.stack([child, child // 2])
        graphs.append(Data(x, torch.cat([bonds, bonds.flip(0)], dim=1),
                           torch.zeros(2 * size - 2, 3, dtype=torch.long)))
    blur = torch.randn(num_pairs, 10, generator=generator)
    return with_descriptions(collated(graphs),
                             F.normalize(count + 0.5 * blur))
