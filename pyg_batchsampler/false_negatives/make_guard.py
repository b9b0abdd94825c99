import inspect
from typing import Any, Dict, Type

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.false_negatives.duplicates import Duplicates
from pyg_batchsampler.false_negatives.guard import Guard
from pyg_batchsampler.false_negatives.labels import Labels
from pyg_batchsampler.false_negatives.shared_neighbors import SharedNeighbors
from pyg_batchsampler.false_negatives.similar import Similar

GUARDS: Dict[str, Type[Guard]] = {
    'duplicates': Duplicates,
    'kept': Guard,
    'labels': Labels,
    'shared_neighbors': SharedNeighbors,
    'similar': Similar,
}


def make_guard(name: str, **options: Any) -> Guard:
    r"""Makes a guard against false negatives from its name:
    :obj:`"duplicates"` (:class:`Duplicates`), :obj:`"labels"`
    (:class:`Labels`), :obj:`"shared_neighbors"` (:class:`SharedNeighbors`),
    :obj:`"similar"` (:class:`Similar`), or :obj:`"kept"` (:class:`Guard`),
    which leaves all negatives in the loss.

    Args:
        name (str): The name.
        **options (optional): The arguments of the class.

    Raises:
        TypeError: If an option is missing, or one that the guard does not
            have is given.
        ValueError: If there is none of that name.

    Example:
        >>> make_guard('similar', ratio=0.05)
        Similar(ratio=0.05)
    """
    cls = GUARDS[check_choice('name', name, sorted(GUARDS))]
    known = inspect.signature(cls).parameters
    for option, value in options.items():
        if option not in known:
            raise TypeError(f"'{option}' is no option of the guard '{name}' "
                            f"(got {value!r}). Options: "
                            f"{', '.join(known) or 'none'}")
    for option, parameter in known.items():
        if parameter.default is parameter.empty and option not in options:
            raise TypeError(f"'{option}' must be given to the guard '{name}'")
    return cls(**options)
