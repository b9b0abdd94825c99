r"""Data sets of one's own, by name."""

from typing import Callable, Dict, TypeVar

from torch_geometric.data import InMemoryDataset

Load = Callable[[str], InMemoryDataset]
Function = TypeVar('Function', bound=Load)
DATASETS: Dict[str, Load] = {}


def register_dataset(name: str) -> Callable[[Function], Function]:
    r"""Gives a function that loads a data set a name, by which
    :meth:`load_dataset` and the command line find it.

    The function is given the folder of the data sets, and returns graphs with
    node features :obj:`x`, floating-point numbers or the categories of
    molecules as OGB has them. Labels :obj:`y`, one class per graph, are
    optional: without them, models are compared by what they find, see
    :meth:`~pyg_batchsampler.experiments.instance_retrieval`. With
    :obj:`description`, one row of numbers per graph, they can be
    :obj:`"dual_encoder"`.

    Args:
        name (str): The name. One that is taken already is an error, unless
            the same function is defined anew, *e.g.*, in a notebook.

    Raises:
        ValueError: If the name is none, or is taken.

    Example:
        >>> import torch
        >>> from torch_geometric.data import Data
        >>> @register_dataset('rings')
        ... def rings(root):
        ...     dataset = InMemoryDataset()
        ...     dataset.data, dataset.slices = dataset.collate([
        ...         Data(x=torch.ones(n, 1), edge_index=torch.stack([
        ...             torch.arange(n), (torch.arange(n) + 1) % n]))
        ...         for n in range(3, 20)])
        ...     return dataset
        >>> from pyg_batchsampler.datasets import load_dataset
        >>> len(load_dataset('rings'))
        17
    """
    if not isinstance(name, str) or not name or '/' in name or '\\' in name:
        raise ValueError("'name' must be that of a folder, e.g., "
                         f"'my_molecules' (got {name!r})")

    def register(load: Function) -> Function:
        other = DATASETS.get(name, load)
        if (other.__module__, other.__qualname__) != (load.__module__,
                                                      load.__qualname__):
            raise ValueError(f"the name '{name}' is taken by "
                             f"{other.__module__}.{other.__qualname__}. "
                             "Choose another")
        DATASETS[name] = load
        return load

    return register
