r"""Data sets by name."""

import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import Callable, Iterator, Optional

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset
from torch_geometric.data.data import DataEdgeAttr, DataTensorAttr
from torch_geometric.data.storage import GlobalStorage
from torch_geometric.datasets import TUDataset
from torch_geometric.utils import degree, one_hot
from tqdm import tqdm

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.datasets.digits import Digits
from pyg_batchsampler.import_ogb import import_ogb
from pyg_batchsampler.transforms import PPRDiffusion

FEATURES = ['degree', 'label']
EXAMPLES = ['COLLAB', 'ENZYMES', 'IMDB-BINARY', 'IMDB-MULTI', 'MUTAG', 'NCI1',
            'PROTEINS', 'REDDIT-BINARY', 'ogbg-molhiv']
Transform = Callable[[Data], Data]
MAX_DEGREE = 135  # that has its own column; the largest one in IMDB-BINARY


def load_dataset(
    name: str = 'digits',
    root: str = 'data',
    *,
    features: str = 'label',
    diffusion: bool = False,
) -> InMemoryDataset:
    r"""Loads a data set for graph classification.

    Args:
        name (str, optional): :obj:`"digits"` (scikit-learn's, needs no
            files), the name of any `TU data set
            <https://chrsmrrs.github.io/datasets>`_, or of a molecule set of
            `OGB <https://ogb.stanford.edu/docs/graphprop>`_,
            :obj:`"ogbg-mol*"`. (default: :obj:`"digits"`)
        root (str, optional): Folder of the data sets. The files of a TU data
            set are taken from :obj:`{root}/TU/{name}/raw`, those of OGB from
            :obj:`{root}/ogb`, and downloaded to there if they are missing.
            (default: :obj:`"data"`)
        features (str, optional): Node features of TU data sets.
            :obj:`"label"` (GraphCL's protocol): node labels, one-hot, and a
            constant where there are none. :obj:`"degree"` (MVGRL's): node
            attributes and labels where there are attributes; otherwise
            labels, if any, and the degree, one-hot, where degrees from 135
            on share a column. (default: :obj:`"label"`)
        diffusion (bool, optional): If set to :obj:`True`, graphs hold the
            second edge set of :class:`PPRDiffusion`, computed once and kept
            on disk. (default: :obj:`False`)

    Raises:
        ValueError: If there is no data set of that name.
        RuntimeError: If its files are missing and cannot be downloaded.
    """
    check_choice('features', features, FEATURES)
    if not name or '/' in name or '\\' in name:
        raise _unknown(name)
    _check_case(name, Path(root) / 'TU')
    if name.startswith('ogbg-mol'):
        if diffusion:
            raise ValueError("'diffusion' and MVGRL need real node features; "
                             f"those of '{name}' are categories. Use GraphCL")
        return _load_ogb(name, Path(root) / 'ogb')
    if name.lower().startswith('ogb'):
        raise _unknown(name)
    if name == 'digits':
        return Digits(PPRDiffusion() if diffusion else None)

    folder = Path(root) / 'TU' / name / 'raw'
    is_there = (folder / f'{name}_A.txt').exists()
    if not is_there:
        print(f'downloading {name} to {folder}', flush=True)
    elif not (folder / f'{name}_graph_indicator.txt').exists():
        raise RuntimeError(f"{name}_graph_indicator.txt is missing in "
                           f"{folder}. Put it there")
    try:
        with warnings.catch_warnings(), _no_empty_folders(folder):
            warnings.simplefilter('ignore')
            return _TUDataset(str(Path(root) / 'TU'), name, features,
                              diffusion)
    except (EOFError, IndexError, OSError, RuntimeError, UnpicklingError,
            ValueError) as error:
        if not is_there and '404' in str(error):
            raise _unknown(name) from error
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


@contextmanager
def _no_empty_folders(folder: Path) -> Iterator[None]:
    r"""Removes a folder that a download which fails has made."""
    missing = [path for path in [folder, *folder.parents]
               if not path.exists()]
    try:
        yield
    except Exception:
        with suppress(OSError):
            for path in missing:
                path.rmdir()
        raise


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


def _load_ogb(name: str, root: Path) -> InMemoryDataset:
    folder = root / name.replace('-', '_')
    if folder.exists() and not (folder / 'RELEASE_v1.txt').exists():
        # OGB would ask on the terminal whether to delete it.
        raise RuntimeError(f"the files of '{name}' in {folder} are not whole: "
                           "RELEASE_v1.txt is missing. Delete the folder to "
                           "download them anew")
    try:
        # OGB reads its own files in the way that torch 2.6 made opt-in.
        with torch.serialization.safe_globals(
            [DataEdgeAttr, DataTensorAttr, GlobalStorage
             ]), _no_empty_folders(folder / 'raw'):
            dataset: InMemoryDataset = import_ogb(
                'ogb.graphproppred').PygGraphPropPredDataset(name, str(root))
            return dataset
    except ValueError as error:
        if 'Invalid dataset name' in str(error):
            raise _unknown(name) from error
        raise
    except (EOFError, RuntimeError, UnpicklingError) as error:
        raise RuntimeError(f"the files of '{name}' in {folder} cannot be read "
                           f"({error}). Delete the folder 'processed' in it, "
                           "or all of it to download it anew") from error
    except OSError as error:
        raise RuntimeError(
            f"the files of '{name}' are not in {folder} and cannot be "
            f"downloaded ({error}). Check the network, or put OGB's "
            f"{folder.name} there yourself") from error


def _check_case(name: str, folder: Optional[Path] = None) -> None:
    r"""Raises an error if a data set is called so in other letters."""
    known = ['digits', *EXAMPLES]
    if folder is not None and folder.exists():
        known += [path.name for path in folder.iterdir()]
    for other in known:
        if other.lower() == name.lower() and other != name:
            raise ValueError(f"unknown data set {name!r}. Did you mean "
                             f"{other!r}?")


def _unknown(name: str) -> ValueError:
    known = ', '.join(repr(example) for example in ['digits', *EXAMPLES])
    return ValueError(f"unknown data set {name!r}. Available: {known}, … "
                      "(any TU data set and ogbg-mol* of OGB)")


def labels_of(dataset: InMemoryDataset) -> Optional[Tensor]:
    r"""Returns one class per instance, :math:`[N]`, or, for several tasks,
    labels :math:`[N, T]` that may hold NaN; :obj:`None` without labels."""
    label = getattr(dataset, '_data', None)
    label = None if label is None else label.get('y')
    if label is None:
        return None
    if label.dim() == 2:  # OGB
        label = label[dataset.indices()]
        return label.float()
    return label.view(-1)[dataset.indices()]
