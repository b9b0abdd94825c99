r"""Pairs of molecules and what is written about them, real or invented."""

import torch
import torch.nn.functional as F
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.datasets.chebi20 import with_descriptions
from pyg_batchsampler.seed import make_generator

NUM_PAIRS = 6601


def load_pairs(root: str) -> InMemoryDataset:
    r"""Returns test and validation set of ChEBI-20; invented molecules
    without a folder."""
    if not root:
        return invented_pairs(400)
    dataset = load_dataset('chebi20', root)
    if len(dataset) != NUM_PAIRS:
        raise ValueError(f"rows are of the {NUM_PAIRS} pairs of test.txt and "
                         f"validation.txt (got {len(dataset)}). Move other "
                         "files away")
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
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = dataset.collate(graphs)
    blur = torch.randn(num_pairs, 10, generator=generator)
    return with_descriptions(dataset, F.normalize(count + 0.5 * blur))
