r"""Argument checks with one wording: name, expectation, value, way out."""

import math
import operator
from typing import Any, Collection, Mapping, Optional, TypeVar

import torch
from torch import Tensor
from torch_geometric.data import HeteroData

# How to make a tensor of what has one of these methods.
TO_TENSOR = {
    'to_dense': '{}.to_dense()',
    'toarray': 'torch.from_numpy({}.toarray())',
    'to_numpy': 'torch.tensor({}.to_numpy())',
    '__array__': 'torch.from_numpy({})',
}
TO_EDGE_INDEX = ("To get the edges of an adjacency matrix: "
                 "torch_geometric.utils.to_edge_index(adj_t)[0].flip(0)")

Choice = TypeVar('Choice', bound=Optional[str])


def check_integer(name: str, value: Any, low: int) -> int:
    r"""Returns :obj:`value` as an :class:`int` if it is an integer, also one
    of NumPy or PyTorch, and at least :obj:`low`.

    Example:
        >>> check_integer('batch_size', 0, low=1)
        Traceback (most recent call last):
        ...
        ValueError: 'batch_size' must be at least 1 (got 0)
    """
    try:
        if _is_bool(value):
            raise TypeError
        number = operator.index(value)
    except (RuntimeError, TypeError):  # the former from a meta tensor
        raise TypeError(f"'{name}' must be an integer "
                        f"(got {value!r})") from None
    if number < low:
        raise ValueError(f"'{name}' must be at least {low} (got {number})")
    return number


def check_probability(name: str, value: Any) -> float:
    r"""Returns :obj:`value` as a :class:`float` if it lies in
    :math:`[0, 1)`."""
    number = _number(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"'{name}' must lie in [0, 1) (got {value})")
    return number


def check_open_probability(name: str, value: Any) -> float:
    r"""Returns :obj:`value` as a :class:`float` if it lies in
    :math:`(0, 1)`."""
    number = _number(name, value)
    if not 0 < number < 1:
        raise ValueError(f"'{name}' must lie in (0, 1) (got {value})")
    return number


def check_positive(name: str, value: Any) -> float:
    r"""Returns :obj:`value` as a :class:`float` if it is positive and
    finite."""
    number = _number(name, value)
    if not 0 < number < math.inf:
        raise ValueError(f"'{name}' must be positive and finite "
                         f"(got {value})")
    return number


def check_non_negative(name: str, value: Any) -> float:
    r"""Returns :obj:`value` as a :class:`float` if it is finite and at least
    zero."""
    number = _number(name, value)
    if not 0 <= number < math.inf:
        raise ValueError(f"'{name}' must be finite and not negative "
                         f"(got {value})")
    return number


def check_choice(name: str, value: Any,
                 choices: Collection[Choice]) -> Choice:
    r"""Returns :obj:`value` if it is one of :obj:`choices`."""
    if value not in choices:
        known = ', '.join(repr(choice) for choice in choices)
        raise ValueError(f"'{name}' must be one of {known} (got {value!r})")
    return next(choice for choice in choices if choice == value)


def check_keys(name: str, value: Any, like: Mapping[str, Any]) -> None:
    r"""Raises an error unless :obj:`value` is a dictionary with the keys of
    :obj:`like`.

    Example:
        >>> check_keys('state_dict', {'model': 1}, {'seed': 0, 'epoch': 0})
        Traceback (most recent call last):
        ...
        ValueError: 'state_dict' must hold 'epoch', 'seed' (got 'model')...
    """
    keys = sorted(value) if isinstance(value, Mapping) else None
    if keys is None or not set(like) <= set(keys):
        found = (type(value).__name__ if keys is None else
                 ', '.join(map(repr, keys)))
        raise ValueError(f"'{name}' must hold "
                         f"{', '.join(map(repr, sorted(like)))} "
                         f"(got {found}). Pass what 'state_dict()' of the "
                         "same class has returned")


def check_device(name: str, value: Any) -> torch.device:
    r"""Returns :obj:`value` as a :class:`torch.device` if there is one.

    Example:
        >>> check_device('device', 'cpu')
        device(type='cpu')
    """
    try:
        device = torch.device(value)
        torch.empty(0, device=device).cpu()  # fails where nothing is stored
    except (AssertionError, RuntimeError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"'{name}' must be a device that is there, e.g., "
                         f"'cpu' (got {value!r}: {reason})") from error
    return device


def check_edge_index(edge_index: Tensor,
                     num_nodes: Optional[int] = None) -> None:
    r"""Raises an error unless edges are :math:`[2, E]`, ``torch.long``, and,
    if the number of nodes is given, lead from one of them to another."""
    if not isinstance(edge_index, Tensor) or _is_sparse(edge_index):
        raise TypeError("'edge_index' must be a dense tensor, "
                        f"[2, num_edges] (got {_kind(edge_index)}). "
                        + TO_EDGE_INDEX)
    if edge_index.dim() != 2 or edge_index.size(0) != 2:
        raise ValueError("'edge_index' must be [2, num_edges] "
                         f"(got {list(edge_index.shape)})")
    if edge_index.dtype != torch.long:
        raise TypeError("'edge_index' must be torch.long "
                        f"(got {edge_index.dtype}). Convert it with .long()")
    # Elsewhere the kernel reports it, and asking would wait for it.
    if num_nodes is not None and edge_index.numel() and (
            not edge_index.is_cuda):
        low, high = (int(index) for index in edge_index.aminmax())
        if low < 0 or high >= num_nodes:
            raise ValueError(f"'edge_index' must lie in [0, {num_nodes}), the "
                             f"nodes (got {low if low < 0 else high})")


def check_graph(data: Any) -> None:
    r"""Raises an error unless :obj:`data`, one graph or a batch, has nodes
    and edges of one type, in the format of PyG."""
    if isinstance(data, HeteroData):
        raise TypeError("'data' must be homogeneous (got HeteroData). Convert "
                        "it with 'to_homogeneous()'")
    if getattr(data, 'edge_index', None) is not None:
        return
    if getattr(data, 'adj_t', None) is not None:
        raise ValueError("'data' must hold 'edge_index' (got 'adj_t'). Leave "
                         f"out ToSparseTensor(). {TO_EDGE_INDEX}")
    found = sorted(data.keys()) if hasattr(data, 'keys') else _kind(data)
    raise ValueError(f"'data' must hold 'edge_index' (got {found})")


def check_embedding(embedding: Any,
                    num_instances: Optional[int] = None,
                    name: str = 'embedding') -> Tensor:
    r"""Returns :obj:`embedding` detached if it is a finite matrix
    :math:`[N, D]` of any floating-point type, with one row per instance."""
    if not isinstance(embedding, Tensor):
        way = next((way for method, way in TO_TENSOR.items()
                    if hasattr(embedding, method)), 'torch.as_tensor')
        raise TypeError(f"'{name}' must be a tensor "
                        f"(got {_kind(embedding)}). Convert it, e.g., with "
                        f"{way.format(name)}")
    if embedding.is_nested:
        raise TypeError(f"'{name}' must have rows of one length (got a nested "
                        "tensor). Make one row of each, e.g., its mean")
    if _is_sparse(embedding):
        raise TypeError(f"'{name}' must be dense (got {_kind(embedding)}). "
                        "Convert it with .to_dense()")
    if embedding.is_meta:
        raise TypeError(f"'{name}' must hold values (got a tensor on the "
                        "device 'meta', which has none). Compute it on "
                        "another, e.g., 'cpu'")
    if not embedding.is_floating_point():
        raise TypeError(f"'{name}' must hold floating-point numbers "
                        f"(got {embedding.dtype}). Convert it with .float()")
    if embedding.dim() != 2:
        raise ValueError(f"'{name}' must be two-dimensional, "
                         "[num_instances, dim] "
                         f"(got {list(embedding.shape)})")
    if embedding.size(0) < 1 or embedding.size(1) < 1:
        raise ValueError(f"'{name}' must hold at least one instance and "
                         f"one dimension (got {list(embedding.shape)})")
    if num_instances is not None and embedding.size(0) != num_instances:
        raise ValueError(f"'{name}' must have one row per instance, "
                         f"{num_instances} (got {embedding.size(0)})")
    embedding = embedding.detach()
    # If the sum is finite, so are all values, and no mask [N, D] is needed. A
    # sum in another type converts all that it is given: some rows at a time.
    if not all(math.isfinite(rows.sum(dtype=torch.float64))
               for rows in embedding.split(2**15)):
        bad = (~embedding.isfinite()).any(dim=1).nonzero()
        if bad.numel() == 0:  # float64 values whose sum overflows
            return embedding
        raise ValueError(f"'{name}' holds non-finite values, first in row "
                         f"{int(bad[0])}. Check what made it for overflow or "
                         "empty graphs")
    return embedding


def _number(name: str, value: Any) -> float:
    try:
        if _is_bool(value) or isinstance(value, str):
            raise TypeError
        return float(value)
    except (RuntimeError, TypeError, ValueError):  # e.g., several numbers
        raise TypeError(f"'{name}' must be a number "
                        f"(got {value!r})") from None


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or (
        str(getattr(value, 'dtype', '')) in ('bool', 'torch.bool'))


def _is_sparse(value: Tensor) -> bool:
    return value.layout != torch.strided


def _kind(value: Any) -> str:
    r"""Names what was given in place of a dense tensor."""
    if isinstance(value, Tensor) and _is_sparse(value):
        return f'a tensor of layout {value.layout}'
    return type(value).__name__
