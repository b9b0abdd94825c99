r"""Argument checks with one wording: name, expectation, value, way out."""

import math
from typing import Any, Collection, Mapping, Optional

import torch
from torch import Tensor


def check_integer(name: str, value: Any, low: int) -> int:
    r"""Returns :obj:`value` as an :class:`int` if it is one and at least
    :obj:`low`.

    Example:
        >>> check_integer('batch_size', 0, low=1)
        Traceback (most recent call last):
        ...
        ValueError: 'batch_size' must be at least 1 (got 0)
    """
    if isinstance(value, bool) or not hasattr(value, '__index__'):
        raise TypeError(f"'{name}' must be an integer (got {value!r})")
    if not int(value) >= low:
        raise ValueError(f"'{name}' must be at least {low} (got {value})")
    return int(value)


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


def check_choice(name: str, value: Any, choices: Collection[str]) -> str:
    r"""Returns :obj:`value` if it is one of :obj:`choices`."""
    if value not in choices:
        known = ', '.join(repr(choice) for choice in choices)
        raise ValueError(f"'{name}' must be one of {known} (got {value!r})")
    return str(value)


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
    if their number is given, between nodes that there are."""
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


def check_embedding(embedding: Any,
                    num_instances: Optional[int] = None,
                    name: str = 'embedding') -> Tensor:
    r"""Returns :obj:`embedding` detached if it is a finite matrix
    :math:`[N, D]` of any floating-point type, with one row per instance."""
    if not isinstance(embedding, Tensor):
        raise TypeError(f"'{name}' must be a tensor "
                        f"(got {type(embedding).__name__}). Convert it, e.g., "
                        "with torch.as_tensor")
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
    # A finite sum needs no [N, D] mask; only its failure is looked into row
    # by row. With another type, a sum converts all it is given: not all rows.
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
    if isinstance(value, bool) or not hasattr(value, '__float__'):
        raise TypeError(f"'{name}' must be a number (got {value!r})")
    return float(value)
