r"""Warnings that point at the line of the user."""

import os
import sys
import warnings
from pathlib import Path
from types import FrameType
from typing import Optional, Type

import torch
import torch_geometric

# What stands between the user and what warns: the files of this package, and
# of the loaders that iterate over it.
FOLDERS = tuple(f'{Path(str(each)).parent}{os.sep}' for each in [
    __file__, torch.__file__, torch_geometric.__file__])


def warn_caller(message: str, category: Type[Warning] = UserWarning) -> None:
    r"""Warns at the line outside of the package, and of PyTorch and PyG, that
    has led here, however many calls are between.

    Args:
        message (str): What to say.
        category (type, optional): The kind of warning. (default:
            :class:`UserWarning`)

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter('always')
        ...     warn_caller('mini-batches are uniform')
        >>> 'doctest' in caught[0].filename
        True
    """
    level = 2
    frame: Optional[FrameType] = sys._getframe(1)
    while frame is not None and _is_inside(frame.f_code.co_filename):
        frame, level = frame.f_back, level + 1
    if frame is None:  # a command of the package
        level = 2
    warnings.warn(message, category, stacklevel=level)


def _is_inside(path: str) -> bool:
    return path.startswith(('<frozen', *FOLDERS))
