r"""Data sets by name."""

from pathlib import Path
from typing import Any, Sequence

from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.datasets import chebi20 as chebi20  # registers itself
from pyg_batchsampler.datasets.digits import Digits
from pyg_batchsampler.datasets.names import check_case, unknown_name
from pyg_batchsampler.datasets.ogb_dataset import load_ogb_dataset
from pyg_batchsampler.datasets.registry import DATASETS
from pyg_batchsampler.datasets.tu_dataset import FEATURES, load_tu_dataset
from pyg_batchsampler.transforms import PPRDiffusion


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
            <https://chrsmrrs.github.io/datasets>`_, of a molecule set of
            `OGB <https://ogb.stanford.edu/docs/graphprop>`_,
            :obj:`"ogbg-mol*"`, :obj:`"chebi20"` (molecules and what is
            written about them), or of one's own, see
            :meth:`register_dataset`. (default: :obj:`"digits"`)
        root (str, optional): Folder of the data sets. The files of a TU data
            set are taken from :obj:`{root}/TU/{name}/raw`, those of OGB from
            :obj:`{root}/ogb`, and downloaded to there if they are missing;
            those of ChEBI-20 from :obj:`{root}/molecules/chebi20`.
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
        ImportError: If a package is missing that reads it.
        RuntimeError: If its files are missing and cannot be downloaded.
        TypeError: If a function of one's own returns anything else.
        ValueError: If there is no data set of that name, or :obj:`diffusion`
            is asked of molecules.
    """
    check_choice('features', features, FEATURES)
    if not name or '/' in name or '\\' in name:
        raise unknown_name(name)
    check_case(name, Path(root) / 'TU')
    if name in DATASETS:
        return _load_registered(name, root, diffusion)
    if name.startswith('ogbg-mol'):
        if diffusion:
            raise _no_diffusion(name)
        return load_ogb_dataset(name, Path(root) / 'ogb')
    if name.lower().startswith('ogb'):
        raise unknown_name(name)
    if name == 'digits':
        return Digits(PPRDiffusion() if diffusion else None)
    return load_tu_dataset(name, Path(root) / 'TU', features, diffusion)


def _load_registered(name: str, root: str, diffusion: bool) -> InMemoryDataset:
    dataset: Any = DATASETS[name](root)
    if isinstance(dataset, (list, tuple)) and dataset and all(
            isinstance(data, Data) for data in dataset):
        dataset = _collated(dataset)
    if not isinstance(dataset, InMemoryDataset):
        raise TypeError(f"the function of '{name}' must return an "
                        "InMemoryDataset or a list of Data (got "
                        f"{type(dataset).__name__})")
    check_graphs(name, dataset)
    if not diffusion:
        return dataset
    if not dataset[0].x.is_floating_point():
        raise _no_diffusion(name)
    return _collated(list(map(PPRDiffusion(), dataset)))


def _collated(graphs: Sequence[Data]) -> InMemoryDataset:
    out = InMemoryDataset()
    out.data, out.slices = out.collate(list(graphs))
    return out


def check_graphs(name: str, dataset: InMemoryDataset) -> None:
    r"""Raises an error if graphs lack what models need."""
    if len(dataset) == 0:
        raise ValueError(f"the function of '{name}' must return at least one "
                         "graph (got none)")
    data = dataset[0]
    if not isinstance(data.x, Tensor) or data.x.dim() != 2:
        raise ValueError(f"the graphs of '{name}' must hold node features "
                         f"'x', [num_nodes, num_features] (got "
                         f"{sorted(data.keys())}). Add some, e.g., with "
                         "torch_geometric.transforms.Constant()")
    row = data.get('description')
    if row is not None and not (isinstance(row, Tensor) and row.dim() == 2
                                and row.size(0) == 1
                                and row.is_floating_point()):
        raise ValueError(f"the 'description' of the graphs of '{name}' must "
                         "be one row of floating-point numbers, [1, dim] "
                         f"(got {_shape_of(row)}). Use .float().view(1, -1)")


def _shape_of(value: Any) -> str:
    if isinstance(value, Tensor):
        return f'{list(value.shape)} of {value.dtype}'
    return type(value).__name__


def _no_diffusion(name: str) -> ValueError:
    return ValueError("'diffusion' and MVGRL need real node features; "
                      f"those of '{name}' are categories. Use GraphCL")
