r"""Whether embeddings are standardised before they are compared."""

from typing import Any, Dict

# By where an embedding comes from. `python -m benchmarks.centering`: centered,
# plans are softer in projections by a fifth (given) and two fifths (encoder),
# and about as hard (recorded).
DEFAULTS: Dict[str, bool] = {
    'encoder': False,
    'given': False,
    'recorded': False,
}


def check_center(value: Any) -> None:
    r"""Raises an error unless :obj:`center` is a flag or :obj:`None`.

    Example:
        >>> check_center('yes')
        Traceback (most recent call last):
        ...
        TypeError: 'center' must be True, False or None (got 'yes')
    """
    if value is not None and not isinstance(value, bool):
        raise TypeError("'center' must be True, False or None "
                        f"(got {value!r})")
