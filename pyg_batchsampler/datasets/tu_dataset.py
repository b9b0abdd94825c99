r"""Data sets of TU Dortmund, with the node features of a protocol."""

import warnings
from pathlib import Path
from pickle import UnpicklingError
from typing import Callable, Optional

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset
from torch_geometric.datasets import TUDataset
from torch_geometric.utils import degree, one_hot
from tqdm import tqdm

from pyg_batchsampler.datasets.names import unknown_name
from pyg_batchsampler.datasets.no_empty_folders import no_empty_folders
from pyg_batchsampler.transforms import PPRDiffusion

FEATURES = ['degree', 'label']
Transform = Callable[[Data], Data]
MAX_DEGREE = 135  # that has its own column; the largest one in IMDB-BINARY


def load_tu_dataset(name: str, root: Path, features: str,
                    diffusion: bool) -> InMemoryDataset:
    r"""Reads a data set from its files in :obj:`{root}/{name}/raw`, and
    downloads them to there if they are missing."""
    folder = root / name / 'raw'
    is_there = (folder / f'{name}_A.txt').exists()
    if not is_there:
        print(f'downloading {name} to {folder}', flush=True)
    elif not (folder / f'{name}_graph_indicator.txt').exists():
        raise RuntimeError(f"{name}_graph_indicator.txt is missing in "
                           f"{folder}. Put it there")
    try:
        with warnings.catch_warnings(), no_empty_folders(folder):
            warnings.simplefilter('ignore')
            return _TUDataset(str(root), name, features, diffusion)
    except (EOFError, IndexError, OSError, RuntimeError, UnpicklingError,
            ValueError) as error:
        if not is_there and '404' in str(error):
            raise unknown_name(name) from error
        if is_there:
            raise RuntimeError(f"the files of '{name}' in {folder} cannot be "
                               f"read ({error}). Mend them if they are your "
                               f"own; else delete the folder {folder.parent} "
                               "to download them anew") from error
        raise RuntimeError(
            f"the files of '{name}' are not in {folder} and cannot be "
            f"downloaded ({error}). Check the name and the network, or put "
            f"{name}_A.txt, {name}_graph_indicator.txt, … there yourself"
        ) from error


class _TUDataset(TUDataset):
    r"""Keeps what was made of the files in a folder per kind of features, so
    that none is taken for another."""
    def __init__(self, root: str, name: str, features: str, diffusion: bool):
        self._features, self._diffusion = features, diffusion
        super().__init__(root, name, use_node_attr=True)

    @property
    def processed_dir(self) -> str:
        suffix = '_ppr' if self._diffusion else ''
        return f'{super().processed_dir}_{self._features}{suffix}'

    def process(self) -> None:
        self._check_edges()
        path = Path(self.raw_dir) / f'{self.name}_node_attributes.txt'
        num_attributes = 0
        if path.exists():
            with path.open() as file:
                num_attributes = file.readline().count(',') + 1
        diffuse = PPRDiffusion() if self._diffusion else None
        with tqdm(desc=f'preparing {self.name}', unit='graph', delay=3,
                  leave=False) as bar:

            def prepare(data: Data) -> Data:
                bar.update()
                data.x = _features(data, self._features, num_attributes)
                return data if diffuse is None else diffuse(data)

            self.pre_transform: Optional[Transform] = prepare
            super().process()
        self.pre_transform = None

    def _check_edges(self) -> None:
        r"""PyG's reader drops self-loops, and loses graphs without other
        edges at the end."""
        edges, graphs = (Path(self.raw_dir) / f'{self.name}_{part}.txt'
                         for part in ['A', 'graph_indicator'])
        if edges.stat().st_size == 0:
            raise ValueError(f'{edges.name} holds no edges')
        graph = np.loadtxt(graphs, dtype=np.int64, ndmin=1)
        source, target = np.loadtxt(edges, dtype=np.int64, ndmin=2,
                                    delimiter=',').T
        last = graph[source[source != target] - 1].max(initial=0)
        if last < graph.max():
            raise ValueError(f'graphs {last + 1} to {graph.max()}, the last '
                             'ones, have no edges but self-loops: put a graph '
                             'with edges at the end')


def _features(data: Data, kind: str, num_attributes: int) -> Tensor:
    r"""Returns the features of a graph that holds attributes and labels."""
    num_nodes = int(data.num_nodes or 0)
    x = torch.empty(num_nodes, 0) if data.x is None else data.x
    if kind == 'label':
        x = x[:, num_attributes:]
        return x if x.size(1) > 0 else torch.ones(num_nodes, 1)
    if num_attributes == 0:
        value = degree(data.edge_index[0], num_nodes, torch.long)
        value = one_hot(value.clamp(max=MAX_DEGREE),
                        num_classes=MAX_DEGREE + 1)
        x = torch.cat([x, value], dim=1)
    return x
