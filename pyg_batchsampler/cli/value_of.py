r"""How the value of a flag is read, and what help shows for it."""

from typing import Any, Callable, Dict, NamedTuple, Type, get_args

METAVARS: Dict[type, str] = {bool: '', int: 'N', float: 'X', str: 'NAME'}
NONE = 'none'  # in any case


class Value(NamedTuple):
    r"""A kind of values.

    Args:
        read (callable): Makes one of text.
        metavar (str): What help shows for it.
    """
    read: Callable[[str], Any]
    metavar: str


def value_of(kind: Type[Any], takes_none: bool = False) -> Value:
    r"""Returns how values of a type are read; those that may be missing from
    :obj:`"none"`, too.

    Example:
        >>> walk_size = value_of(int, takes_none=True)
        >>> walk_size.read('8'), walk_size.read('None'), walk_size.metavar
        (8, None, 'N|none')
    """
    if not takes_none:
        return Value(kind, METAVARS[kind])

    def read(text: str) -> Any:
        return None if text.lower() == NONE else kind(text)

    read.__name__ = f'{kind.__name__} or {NONE}'  # argparse says so
    return Value(read, f'{METAVARS[kind]}|{NONE}')


def takes_none(hint: Any) -> bool:
    r"""Returns whether a type is that of a number or :obj:`None`. Text is
    never read as :obj:`None`: it might be a name.

    Example:
        >>> from typing import Optional
        >>> takes_none(Optional[int]), takes_none(Optional[str])
        (True, False)
    """
    kinds = {*get_args(hint)}
    return type(None) in kinds and bool(kinds & {int, float})
