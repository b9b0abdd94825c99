from typing import Optional, Sequence, Union

import torch
from torch_geometric.data import Data
from torch_geometric.transforms import BaseTransform

from pyg_batchsampler.transforms.feature_masking import FeatureMasking
from pyg_batchsampler.transforms.graph_batch import graph_of_node
from pyg_batchsampler.transforms.node_dropping import NodeDropping

GraphTransform = Union[FeatureMasking, NodeDropping]


class RandomChoice(BaseTransform):
    r"""Applies one of several transforms to each graph, all equally likely,
    as in the `"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    Args:
        transforms (list): Transforms of this package.
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Example:
        >>> RandomChoice([NodeDropping(), FeatureMasking()])
        RandomChoice([NodeDropping(ratio=0.1), FeatureMasking(ratio=0.1)])
    """
    def __init__(self, transforms: Sequence[GraphTransform],
                 generator: Optional[torch.Generator] = None):
        if len(transforms) == 0:
            raise ValueError("'transforms' must hold at least one transform "
                             "(got 0)")
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
