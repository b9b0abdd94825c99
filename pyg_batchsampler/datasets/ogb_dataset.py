r"""Molecule data sets of OGB."""

from pathlib import Path
from pickle import UnpicklingError

import torch
from torch_geometric.data import InMemoryDataset
from torch_geometric.data.data import DataEdgeAttr, DataTensorAttr
from torch_geometric.data.storage import GlobalStorage

from pyg_batchsampler.datasets.names import unknown_name
from pyg_batchsampler.datasets.no_empty_folders import no_empty_folders
from pyg_batchsampler.import_ogb import import_ogb


def load_ogb_dataset(name: str, root: Path) -> InMemoryDataset:
    r"""Reads a data set from its folder in :obj:`root`, and downloads it to
    there if it is missing."""
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
             ]), no_empty_folders(folder / 'raw'):
            dataset: InMemoryDataset = import_ogb(
                'ogb.graphproppred').PygGraphPropPredDataset(name, str(root))
            return dataset
    except ValueError as error:
        if 'Invalid dataset name' in str(error):
            raise unknown_name(name) from error
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
