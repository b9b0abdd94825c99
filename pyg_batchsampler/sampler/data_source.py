r"""What a sampler is made for."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional, Sized, Union

import numpy as np
from torch import Tensor
from torch.utils.data import Sampler

from pyg_batchsampler.checks import check_embedding

DataSource = Union[Tensor, int, Sized]
NOT_A_SAMPLER = (
    "{name} must not be a sampler (got {kind}). A trainer that puts its own "
    "sampler into ours leaves instances out, and ours knows the ranks by "
    "itself. Tell the trainer to leave it alone: "
    "Trainer(use_distributed_sampler=False) with Lightning, "
    "setup_dataloaders(..., use_distributed_sampler=False) with Fabric")


class Instances(NamedTuple):
    r"""Instances to sample from.

    Args:
        num_instances (int): Number of instances :math:`N`.
        embedding (torch.Tensor, optional): Their embedding :math:`[N, D]`.
        note (str): Why there is none although a tensor was given.
    """
    num_instances: int
    embedding: Optional[Tensor] = None
    note: str = ''


def read_data_source(data_source: Any) -> Instances:
    r"""Returns how many instances there are, and their embedding if
    :obj:`data_source` is one.

    Example:
        >>> read_data_source(['a', 'b', 'c']).num_instances
        3
    """
    if isinstance(data_source, Sampler):
        raise TypeError(NOT_A_SAMPLER.format(
            name="'data_source'", kind=type(data_source).__name__))
    if isinstance(data_source, np.ndarray) and data_source.ndim == 2:
        raise TypeError("'data_source' must be a tensor if it is an "
                        "embedding (got ndarray). Convert it, e.g., with "
                        "torch.as_tensor")
    if isinstance(data_source, Mapping):
        raise TypeError("'data_source' must be one data set (got "
                        f"{type(data_source).__name__} of "
                        f"{', '.join(map(repr, data_source))}). Take one of "
                        "them")
    if hasattr(data_source, '__index__') and not isinstance(
            data_source, (bool, Tensor)):
        out = Instances(int(data_source))
    elif not isinstance(data_source, Sized):
        raise TypeError("'data_source' must be an embedding, a number of "
                        "instances or anything with a length "
                        f"(got {type(data_source).__name__})")
    elif not isinstance(data_source, Tensor):
        out = Instances(len(data_source))
    elif data_source.dim() == 2 and data_source.is_floating_point():
        return Instances(len(data_source), check_embedding(data_source))
    else:
        out = Instances(len(data_source), None, (
            f' (its data source, {list(data_source.shape)} of '
            f'{data_source.dtype}, is none: embeddings are floating-point '
            'matrices [N, D])'))
    if out.num_instances < 1:
        raise ValueError("'data_source' must hold at least one instance "
                         f"(got {out.num_instances})")
    return out
