r"""What a loader is given: checked, with one wording."""

from typing import Any, Dict, Optional, Type, Union

from torch.utils.data import IterableDataset
from torch_geometric.data.data import BaseData

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.sampler.base import BaseBatchSampler
from pyg_batchsampler.sampler.knn import KNNBatchSampler
from pyg_batchsampler.sampler.proximity import ProximityBatchSampler
from pyg_batchsampler.sampler.uniform import UniformBatchSampler

SAMPLERS: Dict[str, Type[BaseBatchSampler]] = {
    'knn': KNNBatchSampler,
    'proximity': ProximityBatchSampler,
    'uniform': UniformBatchSampler,
}

# Of the arguments of a loader that a sampler given as such has of its own.
DEFAULTS: Dict[str, Any] = dict(
    batch_size=1, num_candidates=None, num_neighbors=None, restart_prob=0.2,
    replacement=False, drop_last=False, seed=0)


def check_dataset(dataset: Any) -> int:
    r"""Returns the length of a data set."""
    if isinstance(dataset, BaseData):
        raise TypeError("'dataset' must hold many instances "
                        f"(got {type(dataset).__name__}, one object). Give a "
                        "list of graphs or a data set")
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


def check_torch_arguments(kwargs: Dict[str, Any]) -> None:
    r"""Refuses what would compete with the batch sampler."""
    if kwargs.pop('shuffle', None):
        raise ValueError("'shuffle' must not be set: the batch sampler "
                         "decides on the order. Leave it out, or use "
                         "batch_sampler='uniform' for shuffled mini-batches")
    if kwargs.pop('sampler', None) is not None:
        raise ValueError("'sampler' must not be given: whole mini-batches are "
                         "sampled. Give 'batch_sampler' instead, e.g., "
                         "batch_sampler='uniform'")
    for name in ['backend', 'max_steps', 'min_recall']:
        if name in kwargs:
            raise TypeError(
                f"'{name}' is an argument of the sampler. Give "
                "batch_sampler=ProximityBatchSampler(len(dataset), "
                f"batch_size, {name}={kwargs[name]!r})")


def check_sources(num_instances: int, encoder: Optional[Any],
                  embedding: Optional[Any],
                  encode_dataset: Optional[Any]) -> None:
    r"""Refuses sources of similarity that exclude each other."""
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


def resolve_batch_sampler(
    batch_sampler: Union[str, BaseBatchSampler],
    num_instances: int,
    batch_size: int,
    graph_options: Dict[str, Any],
    **options: Any,
) -> BaseBatchSampler:
    r"""Returns a sampler given as such, or makes the one of a name, whose
    options may include those of the proximity graph."""
    if isinstance(batch_sampler, BaseBatchSampler):
        if batch_sampler.num_instances != num_instances:
            raise ValueError(
                "'batch_sampler' must be made for the data set's "
                f"{num_instances} instances "
                f"(got {batch_sampler.num_instances})")
        given = dict(options, batch_size=batch_size, **graph_options)
        for option, value in given.items():
            if value not in (DEFAULTS[option], getattr(batch_sampler, option,
                                                       None)):
                raise ValueError(
                    f"'{option}' must be given to the sampler, since "
                    f"'batch_sampler' is one already (got {value!r})")
        return batch_sampler
    if not isinstance(batch_sampler, str):
        raise TypeError(
            "'batch_sampler' must be a name or a sampler of this package "
            f"(got {type(batch_sampler).__name__}). For other samplers "
            "use torch_geometric.loader.DataLoader")
    name = check_choice('batch_sampler', batch_sampler, sorted(SAMPLERS))
    if name == 'proximity':
        options.update(graph_options)
    return SAMPLERS[name](num_instances, batch_size, **options)
