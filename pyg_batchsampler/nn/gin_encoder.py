from typing import Optional

import torch
from torch import Tensor
from torch_geometric.nn import MLP, BatchNorm, GINConv, global_add_pool


class GINEncoder(torch.nn.Module):
    r"""The graph encoder of the `"Graph Contrastive Learning with
    Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper: layers of
    :class:`~torch_geometric.nn.conv.GINConv`, ReLU and batch normalization,
    whose sums over nodes are concatenated.

    Args:
        in_channels (int): Size of node features.
        hidden_channels (int, optional): Size of each layer.
            (default: :obj:`32`)
        num_layers (int, optional): Number of layers. (default: :obj:`3`)

    Shapes:
        - **input:** node features :math:`[V, F]`, edge indices
          :math:`[2, E]`, batch vector :math:`[V]` *(optional)*
        - **output:** graph embeddings :math:`[B, L \cdot H]`

    Example:
        >>> encoder = GINEncoder(in_channels=3).eval()
        >>> encoder(torch.ones(4, 3), torch.empty(2, 0).long()).size()
        torch.Size([1, 96])
    """
    def __init__(self, in_channels: int, hidden_channels: int = 32,
                 num_layers: int = 3):
        super().__init__()
        self.out_channels = num_layers * hidden_channels
        sizes = [in_channels] + [hidden_channels] * num_layers
        self.convs = torch.nn.ModuleList(
            GINConv(MLP([size, hidden_channels, hidden_channels], norm=None))
            for size in sizes[:-1])
        self.norms = torch.nn.ModuleList(
            BatchNorm(hidden_channels) for _ in self.convs)

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        for module in [*self.convs, *self.norms]:
            module.reset_parameters()

    def forward(self, x: Tensor, edge_index: Tensor,
                batch: Optional[Tensor] = None,
                batch_size: Optional[int] = None) -> Tensor:
        if batch is None:
            batch, batch_size = x.new_zeros(x.size(0), dtype=torch.long), 1
        out = []
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x, edge_index).relu())
            # A given size keeps graphs that have lost all their nodes.
            out.append(global_add_pool(x, batch, size=batch_size))
        return torch.cat(out, dim=-1)
