r"""The embedding of a whole data set by an encoder."""

from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional, Union

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset
from tqdm import tqdm

from pyg_batchsampler.ranks import gather_from_ranks, get_num_ranks, get_rank
from pyg_batchsampler.seed import derive_seed, global_seed
from pyg_batchsampler.similarity.join_pairs import Pair, join_if_pair

Encoder = Callable[[Any], Union[Tensor, Pair]]
SECONDS_WITHOUT_BAR = 3.0


def encode_dataset(
    encoder: Encoder,
    dataset: Any,
    collate_fn: Callable[[Any], Any],
    batch_size: int,
    *,
    num_workers: int = 0,
    seed: int = 0,
) -> Tensor:
    r"""Runs an encoder over a data set, in evaluation mode, without gradients
    and on the device of its parameters.

    The mode of every submodule and the global random state are as before
    afterwards.

    Args:
        encoder (callable): Maps a mini-batch to embeddings :math:`[B, D]`,
            or to a tuple of two, which :meth:`join_pairs` makes one. If it is
            a bound method, its module is the object it is bound to; for any
            other callable mode and device are the caller's.
        dataset (Dataset): What to encode, in order.
        collate_fn (callable): Merges items to a mini-batch.
        batch_size (int): Items per mini-batch.
        num_workers (int, optional): Processes that load items. (default:
            :obj:`0`)
        seed (int, optional): Seeds random transforms and layers. (default:
            :obj:`0`)

    Shapes:
        - **output:** the embedding :math:`[N, D]` on the CPU, ``torch.float``

    Raises:
        TypeError, ValueError: If the encoder returns anything but a row per
            item.

    Example:
        >>> encoder = torch.nn.Linear(4, 2)
        >>> encode_dataset(encoder, torch.randn(10, 4), torch.stack,
        ...                batch_size=4).size()
        torch.Size([10, 2])
    """
    module = _module_of(encoder)
    parameter = next(iter(module.parameters()), None) if module else None
    device = None if parameter is None else parameter.device
    loader: DataLoader[Any] = DataLoader(
        dataset, batch_size, collate_fn=collate_fn, num_workers=num_workers,
        generator=torch.Generator().manual_seed(seed))
    out = []
    # Inference mode saves a tenth more, but training could not use a tensor
    # that an encoder keeps from it, e.g., a table of positions.
    with _evaluating(module), torch.no_grad(), global_seed(
            derive_seed(seed), device):
        for batch in tqdm(loader, desc='Encoding', leave=False, disable=None,
                          delay=SECONDS_WITHOUT_BAR):
            if device is not None:
                batch = _to(batch, device)
            out.append(_embed(encoder, batch))
    embedding = torch.cat(out)
    if embedding.size(0) != len(dataset):
        raise ValueError("'encoder' must return one row per instance, "
                         f"{len(dataset)} (got {embedding.size(0)}). Graphs "
                         "without nodes need 'size=batch.num_graphs' in "
                         "pooling")
    return embedding


def encode_on_ranks(encoder: Encoder, dataset: Any,
                    collate_fn: Callable[[Any], Any], batch_size: int,
                    seed: int) -> Tensor:
    r"""Does what :meth:`encode_dataset` does, each rank a part of it.

    Example:
        >>> encode_on_ranks(lambda batch: 2 * batch, torch.ones(3, 1),
        ...                 torch.stack, batch_size=2, seed=0).flatten()
        tensor([2., 2., 2.])
    """
    num_ranks, num_instances = get_num_ranks(), len(dataset)
    first = get_rank() % num_instances
    if num_ranks > 1:
        dataset = Subset(dataset, range(first, num_instances, num_ranks))
    part = encode_dataset(encoder, dataset, collate_fn, batch_size, seed=seed)
    embedding = part.new_empty(num_instances, part.size(1))
    for start, rows in gather_from_ranks((first, part)):
        embedding[start::num_ranks] = rows
    return embedding


def _embed(encoder: Encoder, batch: Any) -> Tensor:
    r"""Returns the embeddings of a mini-batch, on the CPU."""
    embedding: Any = join_if_pair(encoder(batch))
    if not isinstance(embedding, Tensor):
        raise TypeError("'encoder' must return a matrix, [batch_size, dim] "
                        f"(got {type(embedding).__name__}). Give a method of "
                        "the module that does, e.g., model.embed")
    if embedding.dim() != 2:
        raise ValueError("'encoder' must return a matrix, [batch_size, "
                         f"dim] (got {list(embedding.shape)})")
    return embedding.detach().cpu().float()


def _module_of(encoder: Encoder) -> Optional[torch.nn.Module]:
    owner = getattr(encoder, '__self__', encoder)
    return owner if isinstance(owner, torch.nn.Module) else None


@contextmanager
def _evaluating(module: Optional[torch.nn.Module]) -> Iterator[None]:
    modes = [] if module is None else [(m, m.training)
                                       for m in module.modules()]
    try:
        if module is not None:
            module.eval()
        yield
    finally:
        for submodule, mode in modes:
            submodule.training = mode


def _to(batch: Any, device: torch.device) -> Any:
    r"""Moves all tensors of a nested mini-batch."""
    if hasattr(batch, 'to'):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: _to(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, '_fields'):
        return type(batch)(*(_to(value, device) for value in batch))
    if isinstance(batch, (tuple, list)):
        return type(batch)(_to(value, device) for value in batch)
    return batch
