from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import MLP

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.nn.gin_encoder import GINEncoder
from pyg_batchsampler.nn.reset_linear import reset_linear


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
        if not isinstance(getattr(encoder, 'out_channels', None), int):
            raise TypeError("'encoder' must be a graph encoder, e.g., "
                            f"GINEncoder(3) (got {encoder!r})")
        dim = encoder.out_channels
        if projection_channels is None:
            projection_channels = dim
        self.out_channels = check_integer('projection_channels',
                                          projection_channels, low=1)
        self.encoder = encoder
        self.head = MLP([dim, dim, projection_channels], norm=None)
        reset_linear(self.head)

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        self.encoder.reset_parameters()
        self.head.reset_parameters()
        reset_linear(self.head)

    def embed(self, data: Data) -> Tensor:
        r"""Returns the embeddings that are evaluated, :math:`[B, D]`."""
        args = (data.x, data.edge_index, getattr(data, 'batch', None),
                getattr(data, 'num_graphs', None))
        out: Tensor
        if self.encoder.uses_edge_attr:
            out = self.encoder(*args, edge_attr=data.edge_attr)
        else:
            out = self.encoder(*args)
        return out

    def forward(self, data: Data) -> Tensor:
        r"""Returns the projections that are compared, :math:`[B, P]`."""
        out: Tensor = self.head(self.embed(data))
        return out
