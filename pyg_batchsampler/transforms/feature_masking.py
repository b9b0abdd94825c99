from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform
from torch_geometric.transforms import BaseTransform

from pyg_batchsampler.checks import check_probability
from pyg_batchsampler.transforms.graph_batch import graph_of_node, random_nodes


@functional_transform('mask_features_per_graph')
class FeatureMasking(BaseTransform):
    r"""Replaces the features of random nodes by noise from
    :math:`\mathcal{N}(0.5, 0.5^2)`, as in the `"Graph Contrastive Learning
    with Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or, without a loop, on a whole batch.

    Args:
        ratio (float, optional): Share of nodes :math:`r \in [0, 1)`.
            (default: :obj:`0.1`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Example:
        >>> data = Data(x=torch.zeros(10, 1),
        ...             edge_index=torch.tensor([[0, 1], [1, 0]]))
        >>> int((FeatureMasking(ratio=0.3)(data).x != 0).sum())
        3
    """
    def __init__(self, ratio: float = 0.1,
                 generator: Optional[torch.Generator] = None):
        self.ratio = check_probability('ratio', ratio)
        self.generator = generator

    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        if not torch.is_floating_point(data.x):
            raise TypeError("'x' must hold floating-point features "
                            f"(got {data.x.dtype})")
        batch, ptr = graph_of_node(data)
        masked = random_nodes(batch, ptr, self.ratio, chosen, self.generator)
        device = data.x.device if self.generator is None else (
            self.generator.device)
        noise = torch.randn(data.x.size(), generator=self.generator,
                            device=device).to(data.x)
        data.x = torch.where(masked.view(-1, 1), 0.5 + 0.5 * noise, data.x)
        return data

    def __repr__(self) -> str:
        return f'{type(self).__name__}(ratio={self.ratio})'
