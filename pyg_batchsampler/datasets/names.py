r"""Names of data sets, and what is said of those that there are not."""

from pathlib import Path

from pyg_batchsampler.datasets.registry import DATASETS, EXAMPLES


def check_case(name: str, folder: Path) -> None:
    r"""Raises an error if a data set that is known, or in the folder of TU
    data sets, is called so in other letters."""
    known = ['digits', *DATASETS, *EXAMPLES]
    if folder.exists():
        known += [path.name for path in folder.iterdir()]
    for other in known:
        if other.lower() == name.lower() and other != name:
            raise ValueError(f"unknown data set {name!r}. Did you mean "
                             f"{other!r}?")


def unknown_name(name: str) -> ValueError:
    r"""Returns the error of a name that belongs to no data set."""
    known = ', '.join(map(repr, ['digits', *DATASETS, *EXAMPLES]))
    return ValueError(f"unknown data set {name!r}. Available: {known}, … "
                      "(any TU data set and ogbg-mol* of OGB)")
