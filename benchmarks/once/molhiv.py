r"""A copy of a molecule that lost a fifth of its atoms is to find it."""

from pathlib import Path
from typing import Any, List, Optional, Tuple

import pandas as pd
import torch
from sklearn.decomposition import TruncatedSVD
from torch import Tensor
from torch.optim.swa_utils import update_bn
from torch_geometric.data import Batch

from benchmarks.chebi.data import invented_pairs
from benchmarks.once.task import Data, Run, kept
from benchmarks.ranks import found_both_ways
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.datasets.chebi20 import import_rdkit
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.transforms import NodeDropping

NAME = 'ogbg-molhiv'
NORM: Optional[str] = 'layer'  # as plans are made while it trains
LRS = [0.001, 0.003, 0.01]
TEMPERATURE = 0.1
NUM_BITS = 1024  # of a fingerprint
STATISTICS_SIZE = 512  # graphs whose statistics normalize, twice as many
MODEL, VIEWS, COPIES = range(3)  # what seeds are derived for
Pair = Tuple[Tensor, Tensor]


def load(root: str) -> Data:
    r"""Loads molecules and their fingerprints; invents some without a
    folder."""
    if not root:
        dataset = invented_pairs(500)
        return Data(dataset, dataset._data.description, 100)
    path = Path(root, 'ogb', 'ogbg_molhiv', 'mapping', 'mol.csv.gz')
    smiles = pd.read_csv(path)['smiles'].tolist()
    embedding = kept(Path(root, 'embeddings', f'{NAME}-fingerprints.npy'),
                     lambda: fingerprints(smiles))
    return Data(load_dataset(NAME, root), embedding, 2000)


def fingerprints(smiles: List[str], dim: int = 128) -> Tensor:
    r"""Embeds molecules by the principal components of their Morgan
    fingerprints."""
    chem = import_rdkit('Chem')
    generator = import_rdkit('Chem.rdFingerprintGenerator')
    morgan = generator.GetMorganGenerator(radius=2, fpSize=NUM_BITS)
    bits = torch.zeros(len(smiles), NUM_BITS)
    for row, molecule in zip(bits, map(chem.MolFromSmiles, smiles)):
        if molecule is not None:  # 7 of 41,127: nothing is known of them
            row += torch.from_numpy(morgan.GetFingerprintAsNumPy(molecule))
    return torch.from_numpy(TruncatedSVD(dim, random_state=0).fit_transform(
        bits.numpy()))


def begin(data: Data, train: Tensor, test: Tensor, norm: Optional[str],
          lr: float, seed: int) -> Run:
    r"""Returns what is trained and tested."""
    dataset = data.instances[train]
    with global_seed(derive_seed(seed, MODEL)):
        model = GraphCL(GINEncoder(None, norm=norm))
    drop = NodeDropping(0.2, make_generator(seed, VIEWS))
    held_out = Batch.from_data_list(list(data.instances[test]))
    copies = NodeDropping(0.2, make_generator(seed, COPIES))(held_out.clone())
    usual = [Batch.from_data_list(list(data.instances[some]))
             for some in train[:2 * STATISTICS_SIZE].split(STATISTICS_SIZE)]

    def compare_copies(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                    Pair]:
        z1, z2 = model(batch), model(drop(batch))
        return info_nce_loss(z1, z2, TEMPERATURE), (z1, z2)

    def score() -> Any:
        update_bn(usual, model)
        model.eval()
        with torch.no_grad():
            found = found_both_ways(model(held_out), model(copies))
        model.train()
        return found

    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    return Run(model, compare_copies, optimizer, dataset, {}, score)
