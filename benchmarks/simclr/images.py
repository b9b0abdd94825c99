r"""Images as one tensor each, decoded once."""

from functools import lru_cache
from pathlib import Path
from typing import List, NamedTuple, Optional, Tuple

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import Tensor

from pyg_batchsampler.checks import check_choice

SIZE = 28  # of an Omniglot drawing, from 105
# Characters to choose settings on, and others to confirm them on.
ALPHABETS = {
    'omniglot': None,
    'omniglot-a': ['Balinese', 'Korean', 'Sanskrit', 'Tagalog'],
    'omniglot-b': ['Early_Aramaic', 'Greek', 'Japanese_(katakana)', 'Latin'],
}
DATASETS = ['cifar10', 'digits', *ALPHABETS]


class Images(NamedTuple):
    r"""Images with their classes.

    Args:
        x (torch.Tensor): Values in :math:`[0, 1]`, :math:`[N, C, H, W]`.
        y (torch.Tensor): One class per image, :math:`[N]`.
    """
    x: Tensor
    y: Tensor


@lru_cache(maxsize=None)
def load_images(name: str, root: str = 'data', split: str = 'train',
                per_class: Optional[int] = None) -> Images:
    r"""Loads a set of images.

    Args:
        name (str): One of :obj:`DATASETS`.
        root (str, optional): The folder that holds them.
            (default: :obj:`"data"`)
        split (str, optional): :obj:`"train"` or :obj:`"test"` of CIFAR-10;
            the others have one part. (default: :obj:`"train"`)
        per_class (int, optional): The first images of each class only.
            (default: :obj:`None`)
    """
    check_choice('name', name, DATASETS)
    if name == 'digits':
        x, y = load_digits(return_X_y=True)
        return Images(torch.tensor(x).float().view(-1, 1, 8, 8) / 16,
                      torch.tensor(y))
    folder = Path(root) / (f'cifar10/{split}' if name == 'cifar10' else
                           'omniglot')
    pattern = '*' if name == 'cifar10' else '*/*'
    classes = sorted(path for path in folder.glob(pattern) if path.is_dir()
                     and _is_in(path, ALPHABETS.get(name)))
    if not classes:
        raise FileNotFoundError(f"no images in '{folder}': one folder per "
                                "class is expected. Give another '--root'")
    decode = _color if name == 'cifar10' else _drawing
    found: List[Tuple[np.ndarray, int]] = []
    for label, path in enumerate(classes):
        files = sorted(path.iterdir())[:per_class]
        found += [(decode(file), label) for file in files]
    x = torch.from_numpy(np.stack([image for image, _ in found]))
    return Images(x.float() / 255, torch.tensor([y for _, y in found]))


def _is_in(path: Path, alphabets: Optional[List[str]]) -> bool:
    return alphabets is None or path.parent.name in alphabets


def _color(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert('RGB')).transpose(2, 0, 1)


def _drawing(path: Path) -> np.ndarray:
    r"""Ink is one, paper zero."""
    with Image.open(path) as image:
        small = image.convert('L').resize((SIZE, SIZE), Image.Resampling.BOX)
    return 255 - np.asarray(small)[None]
