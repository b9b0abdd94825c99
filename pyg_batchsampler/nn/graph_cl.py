from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import MLP

from pyg_batchsampler.nn.gin_encoder import GINEncoder


class GraphCL(torch.nn.Module):
    r"""An encoder with a projection head, from the `"Graph Contrastive
    Learning with Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Args:
        encoder (GINEncoder): Maps graphs to embeddings :math:`[B, D]`.
        projection_channels (int, optional): Size of the projections,
            :math:`D` if not given. (default: :obj:`None`)

    Example:
        >>> model = GraphCL(GINEncoder(in_channels=3)).eval()
        >>> data = Data(x=torch.ones(4, 3),
        ...             edge_index=torch.empty(2, 0).long())
        >>> model.embed(data).size(), model(data).size()
        (torch.Size([1, 96]), torch.Size([1, 96]))
    """
    def __init__(self, encoder: GINEncoder,
                 projection_channels: Optional[int] = None):
        super().__init__()
        dim = encoder.out_channels
        self.encoder = encoder
        self.head = MLP([dim, dim, projection_channels or dim], norm=None)

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        self.encoder.reset_parameters()
        self.head.reset_parameters()

    def embed(self, data: Data) -> Tensor:
        r"""Returns the embeddings that are evaluated, :math:`[B, D]`."""
        num_graphs = getattr(data, 'num_graphs', None)
        return self.encoder(data.x, data.edge_index,
                            getattr(data, 'batch', None), num_graphs)

    def forward(self, data: Data) -> Tensor:
        r"""Returns the projections that are compared, :math:`[B, P]`."""
        return self.head(self.embed(data))
