r"""Data sets by name."""

import warnings
from pathlib import Path
from typing import Optional

import torch
from torch_geometric.data import InMemoryDataset
from torch_geometric.datasets import TUDataset
from torch_geometric.transforms import Constant

from pyg_batchsampler.training.digits import Digits

EXAMPLES = ['COLLAB', 'ENZYMES', 'IMDB-BINARY', 'IMDB-MULTI', 'MUTAG', 'NCI1',
            'PROTEINS', 'REDDIT-BINARY']


def load_dataset(name: str = 'digits', root: str = 'data') -> InMemoryDataset:
    r"""Loads a data set for graph classification.

    Args:
        name (str, optional): :obj:`"digits"` (scikit-learn's, needs no
            files) or the name of any `TU data set
            <https://chrsmrrs.github.io/datasets>`_. (default:
            :obj:`"digits"`)
        root (str, optional): Folder of the data sets. The files of a TU data
            set are taken from :obj:`{root}/TU/{name}/raw`, and downloaded to
            there if they are missing. (default: :obj:`"data"`)

    Returns:
        The data set. Node features are the node labels, one-hot, where there
        are any, and a constant otherwise.

    Raises:
        ValueError: If there is no data set of that name.
        RuntimeError: If its files are missing and cannot be downloaded.
    """
    if name == 'digits':
        return Digits()
    if name.startswith('ogb') or not name or '/' in name or '\\' in name:
        raise _unknown(name)

    folder = Path(root) / 'TU' / name / 'raw'
    is_there = (folder / f'{name}_A.txt').exists()
    if not is_there:
        print(f'downloading {name} to {folder}', flush=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            dataset = TUDataset(str(Path(root) / 'TU'), name)
    except (OSError, RuntimeError, IndexError, ValueError) as error:
        if '404' in str(error):
            raise _unknown(name) from error
        if is_there:
            raise RuntimeError(f"the files of '{name}' in {folder} cannot be "
                               f"read ({error}). Delete the folder {folder} "
                               "and its neighbor 'processed' to load them "
                               "anew") from error
        raise RuntimeError(
            f"the files of '{name}' are not in {folder} and cannot be "
            f"downloaded ({error}). Check the name and the network, or put "
            f"{name}_A.txt, {name}_graph_indicator.txt, … there yourself"
        ) from error
    if dataset.num_features == 0:
        dataset.transform = Constant()
    return dataset


def _unknown(name: str) -> ValueError:
    known = ', '.join(repr(example) for example in ['digits', *EXAMPLES])
    return ValueError(f"unknown data set {name!r}. Available: {known}, … "
                      "(any TU data set)")


def labels_of(dataset: InMemoryDataset) -> Optional[torch.Tensor]:
    r"""Returns one class per instance, :math:`[N]`, if there are any."""
    label = getattr(dataset, 'y', None)
    return None if label is None else label.view(-1)
