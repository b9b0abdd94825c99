r"""Arrays from files, as users have them."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

KINDS = ['.npy', '.npz', '.pt', '.csv', '.txt']


def read_array(path: Path, flag: str) -> Tensor:
    r"""Reads a tensor from a file: :obj:`.npy`, :obj:`.npz` or :obj:`.pt`
    with one array, or numbers in a text file; names become numbers.

    Args:
        path (Path): The file.
        flag (str): What errors call it.

    Raises:
        ValueError: If it is of another kind, cannot be read, or holds
            anything else.
    """
    if path.suffix not in KINDS:
        raise ValueError(f"{flag} must be a file of {', '.join(KINDS)} "
                         f"(got {str(path)!r}). Save it, e.g., with "
                         "numpy.save")
    if not path.exists():
        raise ValueError(f"{flag} is not there (got {str(path)!r})")
    try:
        if path.suffix == '.pt':
            value = torch.load(path, map_location='cpu', weights_only=True)
        elif path.suffix in ('.csv', '.txt'):
            value = np.loadtxt(path, delimiter=',', ndmin=1)
        else:
            value = np.load(path, allow_pickle=False)
        if isinstance(value, np.lib.npyio.NpzFile):
            value = {name: value[name] for name in value.files}
        if isinstance(value, dict):
            if len(value) != 1:
                raise ValueError(f'it holds {len(value)} arrays, not one')
            value, = value.values()
        if isinstance(value, np.ndarray) and value.dtype.kind in 'US':
            value = np.unique(value, return_inverse=True)[1]  # names
        return torch.as_tensor(value)
    except Exception as error:
        reason = (str(error).splitlines() or [''])[0]
        raise ValueError(f"{flag} cannot be read as an array (got "
                         f"{str(path)!r}: {reason}). Save one, e.g., with "
                         "numpy.save") from error
