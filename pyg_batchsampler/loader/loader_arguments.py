r"""What a loader is given: checked, with one wording."""

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Dict, Optional, Tuple, Union

from torch.utils.data import DataLoader, IterableDataset, Sampler
from torch_geometric.data.data import BaseData

from pyg_batchsampler.checks import check_choice, check_integer
from pyg_batchsampler.sampler import registry
from pyg_batchsampler.sampler.data_source import NOT_A_SAMPLER
from pyg_batchsampler.sampler.registry import option_names, strategy_names
from pyg_batchsampler.sampler.strategy import Strategy
from pyg_batchsampler.sampler.strategy_batch_sampler import \
    StrategyBatchSampler

Sampling = Union[str, Strategy, StrategyBatchSampler]
OF_TORCH = {*inspect.signature(DataLoader.__init__).parameters} - {'self'}


def check_dataset(dataset: Any) -> int:
    r"""Returns the length of a data set.

    Example:
        >>> check_dataset(['a', 'b', 'c'])
        3
    """
    if isinstance(dataset, BaseData):
        raise TypeError("'dataset' must hold many instances "
                        f"(got {type(dataset).__name__}, one object). Give a "
                        "list of graphs or a data set")
    if isinstance(dataset, Sampler):
        raise TypeError(NOT_A_SAMPLER.format(name="'dataset'",
                                             kind=type(dataset).__name__))
    if isinstance(dataset, Mapping):
        raise TypeError("'dataset' must hold instances by position (got "
                        f"{type(dataset).__name__} of "
                        f"{', '.join(map(repr, dataset))}). Take one of its "
                        "values")
    if isinstance(dataset, IterableDataset) or not (
            hasattr(dataset, '__len__') and hasattr(dataset, '__getitem__')):
        raise TypeError("'dataset' must have a length and items, since hard "
                        "mini-batches are chosen among all instances "
                        f"(got {type(dataset).__name__}). Load a streaming "
                        "data set into memory or use "
                        "torch_geometric.loader.DataLoader")
    if len(dataset) < 1:
        raise ValueError("'dataset' must hold at least one instance (got 0)")
    return len(dataset)


def check_sources(num_instances: int, encoder: Optional[Any],
                  embedding: Optional[Any],
                  encode_dataset: Optional[Any], sampler: Any) -> None:
    r"""Refuses sources of similarity that exclude each other.

    Example:
        >>> check_sources(10, None, None, encode_dataset=range(10),
        ...               sampler='knn')
        Traceback (most recent call last):
        ...
        ValueError: 'encode_dataset' needs an 'encoder'
    """
    if embedding is not None and (
            getattr(sampler, 'embedding', None) is not None):
        raise ValueError("'embedding' must be given to the sampler, since "
                         "'batch_sampler' is one already and has another")
    if encoder is not None and embedding is not None:
        raise ValueError("'encoder' and 'embedding' exclude each other. "
                         "Give one of them, or neither to record "
                         "embeddings with 'update'")
    if encode_dataset is not None and encoder is None:
        raise ValueError("'encode_dataset' needs an 'encoder'")
    if encoder is not None and not callable(encoder):
        raise TypeError("'encoder' must be callable "
                        f"(got {type(encoder).__name__})")
    if encode_dataset is not None and len(encode_dataset) != num_instances:
        raise ValueError("'encode_dataset' must have the length of "
                         f"'dataset', {num_instances} "
                         f"(got {len(encode_dataset)})")


def check_schedule(refresh_interval: Optional[int],
                   warmup_epochs: Optional[int], embedding: Optional[Any],
                   encoder: Optional[Any]) -> Tuple[Optional[int], int]:
    r"""Returns when refreshes are due, if that can be, and after how many
    epochs the first one is.

    Example:
        >>> check_schedule(None, None, embedding=None, encoder=None)
        (None, 1)
    """
    if warmup_epochs is None:
        warmup_epochs = 1 if embedding is None else 0
    warmup_epochs = check_integer('warmup_epochs', warmup_epochs, low=0)
    if refresh_interval is not None:
        refresh_interval = check_integer('refresh_interval', refresh_interval,
                                         low=1)
        if embedding is not None and encoder is None:
            raise ValueError("'refresh_interval' needs embeddings that "
                             "change. Give an 'encoder', or neither it nor "
                             "'embedding'")
    return refresh_interval, warmup_epochs


def split_arguments(
    kwargs: Dict[str, Any],
) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    r"""Parts arguments of :class:`torch.utils.data.DataLoader` from all
    others, which are options of a strategy, and refuses those that would
    compete with the batch sampler.

    Example:
        >>> split_arguments(dict(num_workers=2, num_neighbors=20))
        ({'num_workers': 2}, {'num_neighbors': 20})
    """
    if kwargs.pop('shuffle', None):
        raise ValueError("'shuffle' must not be set: the batch sampler "
                         "decides on the order. Leave it out, or use "
                         "batch_sampler='uniform' for shuffled mini-batches")
    if kwargs.pop('sampler', None) is not None:
        raise ValueError("'sampler' must not be given: whole mini-batches are "
                         "sampled. Give 'batch_sampler' instead, e.g., "
                         "batch_sampler='uniform'")
    if kwargs.get('in_order', True) is not True:
        raise ValueError("'in_order' must be True: mini-batches that arrive "
                         "in another order would carry the 'input_id' of "
                         "others. Leave it out")
    return ({key: kwargs[key] for key in kwargs if key in OF_TORCH},
            {key: kwargs[key] for key in kwargs if key not in OF_TORCH})


def resolve_batch_sampler(
    batch_sampler: Sampling,
    num_instances: int,
    batch_size: int,
    given: Dict[str, Any],
    options: Dict[str, Any],
) -> StrategyBatchSampler:
    r"""Returns the sampler of a loader.

    Args:
        batch_sampler (str, Strategy or StrategyBatchSampler): A name, a
            strategy, or a sampler that is returned as it is.
        num_instances (int): Number of instances :math:`N`.
        batch_size (int): Instances per mini-batch.
        given (dict): Arguments of the sampler, :obj:`None` if not given.
        options (dict): Options of the strategy.

    Example:
        >>> resolve_batch_sampler('uniform', 100, 8, dict(seed=3), {})
        StrategyBatchSampler(num_instances=100, batch_size=8,
        strategy=Uniform(), drop_last=False, replacement=False, seed=3)
    """
    given = {name: value for name, value in given.items()
             if value is not None}
    if isinstance(batch_sampler, str):
        check_choice('batch_sampler', batch_sampler, strategy_names())
    _check_names(options)
    if isinstance(batch_sampler, StrategyBatchSampler):
        if batch_sampler.num_instances != num_instances:
            raise ValueError(
                "'batch_sampler' must be made for the data set's "
                f"{num_instances} instances "
                f"(got {batch_sampler.num_instances})")
        if batch_size != 1:  # the default
            given['batch_size'] = batch_size
        for name, value in {**given, **options}.items():
            own = (getattr(batch_sampler.planner, name) if name in given else
                   batch_sampler.strategy.options().get(name, _NO_OPTION))
            if own is not value and own != value:
                raise ValueError(
                    f"'{name}' must be given to the sampler, since "
                    f"'batch_sampler' is one already (got {value!r})")
        return batch_sampler
    if isinstance(batch_sampler, (str, Strategy)):
        return StrategyBatchSampler(num_instances, batch_size, batch_sampler,
                                    **given, **options)
    raise TypeError(
        "'batch_sampler' must be a name "
        f"({', '.join(map(repr, strategy_names()))}), a Strategy or a sampler "
        f"of this package (got {type(batch_sampler).__name__}). For other "
        "samplers use torch_geometric.loader.DataLoader, or write a Strategy")


_NO_OPTION = object()


def _check_names(options: Dict[str, Any]) -> None:
    r"""Refuses what is an option of no strategy."""
    known = {name for cls in registry.STRATEGIES.values()
             for name in option_names(cls)}
    known |= {'batch_sampler', 'embedding', 'encoder', *OF_TORCH}
    for name in options:
        if name == 'strategy':
            raise TypeError("'strategy' is called 'batch_sampler' here. Give "
                            f"batch_sampler={options[name]!r}")
        close = get_close_matches(name, known, 1)
        if name not in known and close:
            raise TypeError(f"'{name}' is no argument of a loader. Did you "
                            f"mean '{close[0]}'?")
