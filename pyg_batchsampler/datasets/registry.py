r"""Data sets of one's own, by name."""

from typing import Callable, Dict, Sequence, TypeVar, Union

from torch_geometric.data import Data, InMemoryDataset

Load = Callable[[str], Union[InMemoryDataset, Sequence[Data]]]
Function = TypeVar('Function', bound=Load)
DATASETS: Dict[str, Load] = {}
EXAMPLES = ['COLLAB', 'ENZYMES', 'IMDB-BINARY', 'IMDB-MULTI', 'MUTAG', 'NCI1',
            'PROTEINS', 'REDDIT-BINARY', 'ogbg-molhiv']
BUILT_IN = ['digits', *EXAMPLES]


def register_dataset(name: str) -> Callable[[Function], Function]:
    r"""Gives a function that loads a data set a name, by which
    :meth:`load_dataset` and the command line find it.

    The function is given the folder of the data sets, and returns an
    :class:`InMemoryDataset`, or a list of graphs, with
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
        >>> @register_dataset('cycles')
        ... def cycles(root):
        ...     return [Data(x=torch.ones(n, 1), edge_index=torch.stack([
        ...                 torch.arange(n), (torch.arange(n) + 1) % n]))
        ...             for n in range(3, 20)]
        >>> from pyg_batchsampler.datasets import load_dataset
        >>> len(load_dataset('cycles'))
        17
    """
    if (not isinstance(name, str) or name.strip('. ') == '' or '/' in name
            or '\\' in name):
        raise ValueError("'name' must be that of a folder, e.g., "
                         f"'my_molecules' (got {name!r})")
    own = [each for each in BUILT_IN if each.lower() == name.lower()]
    if own or name.lower().startswith('ogb'):
        raise ValueError(f"the name {name!r} is taken by a data set of TU, "
                         "OGB or this package. Choose another")

    def register(load: Function) -> Function:
        for other, known in DATASETS.items():
            if other.lower() == name.lower() and (
                    other != name or not _is_same(known, load)):
                raise ValueError(f"the name '{other}' is taken by "
                                 f"{_name_of(known)}. Choose another")
        DATASETS[name] = load
        return load

    return register


def _is_same(one: Load, other: Load) -> bool:
    r"""Whether one function is the other, or the same one defined anew."""
    return one is other or (_name_of(one) == _name_of(other)
                            and '<lambda>' not in _name_of(one)
                            and hasattr(one, '__qualname__'))


def _name_of(load: Load) -> str:
    return (f'{getattr(load, "__module__", "")}.'
            f'{getattr(load, "__qualname__", repr(load))}')
