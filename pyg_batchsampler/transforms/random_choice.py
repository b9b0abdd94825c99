from typing import Optional, Sequence

import torch
from torch_geometric.data import Data
from torch_geometric.transforms import BaseTransform

from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.graph_batch import graph_of_node


class RandomChoice(BaseTransform):
    r"""Applies one of several augmentations to each graph, all equally
    likely, as in the `"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    Args:
        transforms (list): Augmentations of this package.
        generator (torch.Generator, optional): Source of randomness of the
            choice; the global one of PyTorch if not given.
            (default: :obj:`None`)

    Raises:
        TypeError: If one of the transforms is no :class:`Augmentation`.

    Example:
        >>> from pyg_batchsampler.transforms import (FeatureMasking,
        ...                                          NodeDropping)
        >>> RandomChoice([NodeDropping(), FeatureMasking()])
        RandomChoice([NodeDropping(ratio=0.1), FeatureMasking(ratio=0.1)])
    """
    def __init__(self, transforms: Sequence[Augmentation],
                 generator: Optional[torch.Generator] = None):
        if len(transforms) == 0:
            raise ValueError("'transforms' must hold at least one transform "
                             "(got 0)")
        for transform in transforms:
            if not isinstance(transform, Augmentation):
                raise TypeError("'transforms' must hold augmentations of this "
                                f"package (got {type(transform).__name__})")
        self.transforms = list(transforms)
        self.generator = generator

    def forward(self, data: Data) -> Data:
        ptr = graph_of_node(data)[1]
        device = ptr.device if self.generator is None else (
            self.generator.device)
        choice = torch.randint(len(self.transforms), (ptr.numel() - 1, ),
                               generator=self.generator, device=device)
        choice = choice.to(ptr.device)
        for i, transform in enumerate(self.transforms):
            data = transform.forward(data, chosen=choice == i)
        return data

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self.transforms})'
