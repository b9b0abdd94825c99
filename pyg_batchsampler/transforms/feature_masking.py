from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform

from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.graph_batch import (graph_of_node, part_of,
                                                     random_members,
                                                     random_reals)


@functional_transform('mask_features_per_graph')
class FeatureMasking(Augmentation):
    r"""Replaces the features of random nodes by noise from
    :math:`\mathcal{N}(0.5, 0.5^2)`, as in the `"Graph Contrastive Learning
    with Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or, without a loop, on a whole batch. Of :math:`n`
    nodes, :math:`\lfloor r n \rfloor` are masked. Integer features, *e.g.*,
    the categories of the Open Graph Benchmark, become those of a random node
    of the batch, so that they stay legal.

    Args:
        ratio (float, optional): Share of nodes :math:`r \in [0, 1)`.
            (default: :obj:`0.1`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Raises:
        ValueError: If there are no features :obj:`x`.

    Example:
        >>> data = Data(x=torch.zeros(10, 1),
        ...             edge_index=torch.tensor([[0, 1], [1, 0]]))
        >>> int((FeatureMasking(ratio=0.3)(data).x != 0).sum())
        3
    """
    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        batch, ptr = graph_of_node(data)
        x: Optional[Tensor] = data.x
        if x is None:
            raise ValueError("'data' must hold node features 'x' (got "
                             f"{sorted(data.keys())}). Add some, e.g., with "
                             "'Constant()'")
        count = part_of(ptr.diff(), self.ratio)
        if chosen is not None:
            count = count * chosen
        masked = random_members(batch, ptr, count, self.generator)
        masked = masked.nonzero().view(-1)
        if x.is_floating_point():
            device = x.device if self.generator is None else (
                self.generator.device)
            noise = torch.randn(masked.numel(), *x.shape[1:],
                                generator=self.generator, device=device)
            other = 0.5 + 0.5 * noise.to(x)
        else:
            donor = random_reals(masked, self.generator) * x.size(0)
            other = x.index_select(0, donor.long())
        data.x = x.index_copy(0, masked, other)
        return data
