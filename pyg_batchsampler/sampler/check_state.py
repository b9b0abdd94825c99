r"""Whether a state belongs to what it is loaded into."""

from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any, Dict, List, Mapping
from zlib import crc32

from torch import Tensor

from pyg_batchsampler.checks import check_keys


def as_value(value: Any) -> Any:
    r"""Returns what stands for an option in states and results: numbers and
    text as they are, functions by name, all else as it is printed.

    Example:
        >>> as_value(0.5), as_value(max), as_value(slice(3))
        (0.5, 'builtins.max', 'slice(None, 3, None)')
    """
    if getattr(value, 'ndim', 1) == 0:  # a number of NumPy or PyTorch
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [as_value(each) for each in value]
    if isinstance(value, partial):
        parts = [as_value(value.func), *map(as_value, value.args)]
        parts += [(key, as_value(value.keywords[key]))
                  for key in sorted(value.keywords)]
        return ', '.join(map(str, parts))
    if isinstance(value, MethodType):
        return f'{value.__func__.__qualname__} of {as_value(value.__self__)}'
    if isinstance(value, FunctionType):
        # Functions without a name of their own differ in what they do.
        return f'{value.__module__}.{value.__qualname__}{_inside(value)}'
    if hasattr(value, '__qualname__'):
        return f'{value.__module__}.{value.__qualname__}'
    if isinstance(value, Tensor):
        value = value.detach().cpu()
        return f'{list(value.shape)} {crc32(repr(value.tolist()).encode()):x}'
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, map(as_value, value)))
    text = repr(value)
    if ' at 0x' in text:  # where it lies in memory is nothing of it
        own = {name: as_value(each) for name, each in vars(value).items()}
        return f'{type(value).__module__}.{type(value).__qualname__} {own}'
    return text


def _inside(function: FunctionType) -> str:
    if not {'<lambda>', '<locals>'} & {*function.__qualname__.split('.')}:
        return ''
    cells = [as_value(cell.cell_contents)
             for cell in function.__closure__ or ()]
    code = function.__code__
    parts = (code.co_code, code.co_names,
             [each for each in code.co_consts if not isinstance(
                 each, CodeType)], function.__defaults__, cells)
    return f' {crc32(repr(parts).encode()):x}'


def check_state(kind: str, state_dict: Dict[str, Any], own: Mapping[str, Any],
                like: Mapping[str, Any]) -> None:
    r"""Raises an error unless a state was taken of the same thing.

    Args:
        kind (str): What it is loaded into, for the message.
        state_dict (dict): The state.
        own (dict): What has to agree.
        like (dict): A state that has all keys.

    Example:
        >>> check_state('sampler', {'seed': 0}, {'seed': 1}, {'seed': 1})
        Traceback (most recent call last):
        ...
        ValueError: 'state_dict' belongs to another sampler: its 'seed' is 0
        (expected 1). Load it into one that was made with the same arguments
    """
    check_keys('state_dict', state_dict, like)
    for name, expected in own.items():
        found = state_dict[name]
        if isinstance(expected, Mapping):
            _check_options(kind, found, expected)
        elif found != expected:
            raise _another(kind, name, found, expected)


def check_embedding_shape(kind: str, found: Any, expected: Any) -> None:
    r"""Raises an error if there are two embeddings that differ in shape."""
    shapes: List[Any] = [list(each.shape) if isinstance(each, Tensor) else
                         None for each in (found, expected)]
    if None not in shapes and shapes[0] != shapes[1]:
        raise _another(kind, 'embedding', *shapes)


def _check_options(kind: str, found: Any,
                   expected: Mapping[str, Any]) -> None:
    for name in sorted({*found, *expected}):
        if name not in found or name not in expected or (
                found[name] != expected[name]):
            raise _another(kind, name, found.get(name), expected.get(name))


def _another(kind: str, name: str, found: Any, expected: Any) -> ValueError:
    return ValueError(
        f"'state_dict' belongs to another {kind}: its '{name}' is {found!r} "
        f"(expected {expected!r}). Load it into one that was made with the "
        "same arguments")
