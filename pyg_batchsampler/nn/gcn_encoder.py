from typing import Any, Optional, Tuple

import torch
from torch import Tensor
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.nn.adjacency import Adjacency
from pyg_batchsampler.nn.check_features import check_features
from pyg_batchsampler.nn.reset_linear import reset_linear
from pyg_batchsampler.nn.sum_nodes import sum_nodes


class GCNEncoder(torch.nn.Module):
    r"""The encoder of one view of the `"Contrastive Multi-View Representation
    Learning on Graphs" <https://arxiv.org/abs/2006.05582>`_ paper: layers of
    :class:`~torch_geometric.nn.conv.GCNConv` and PReLU. The nodes of the last
    layer are returned along with the sums over nodes of all layers,
    concatenated.

    Args:
        in_channels (int): Size of node features.
        hidden_channels (int, optional): Size of each layer.
            (default: :obj:`512`)
        num_layers (int, optional): Number of layers. (default: :obj:`2`)
        normalize (bool, optional): If set to :obj:`False`, edges and their
            weights are used as they are, e.g., those of a diffusion matrix.
            Otherwise self-loops are added, and the adjacency matrix is
            normalized symmetrically. (default: :obj:`True`)

    Shapes:
        - **input:** node features :math:`[V, F]`, edge indices
          :math:`[2, E]`, batch vector :math:`[V]` *(optional)*, number of
          graphs *(optional)*, edge weights :math:`[E]` *(optional)*
        - **output:** node embeddings :math:`[V, H]` and graph embeddings
          :math:`[B, L \cdot H]`

    Example:
        >>> encoder = GCNEncoder(in_channels=3, hidden_channels=8)
        >>> node, graph = encoder(torch.ones(4, 3), torch.empty(2, 0).long())
        >>> node.size(), graph.size()
        (torch.Size([4, 8]), torch.Size([1, 16]))
    """
    def __init__(self, in_channels: int, hidden_channels: int = 512,
                 num_layers: int = 2, normalize: bool = True):
        super().__init__()
        self.in_channels = check_integer('in_channels', in_channels, low=1)
        self.hidden_channels = check_integer('hidden_channels',
                                             hidden_channels, low=1)
        self.num_layers = check_integer('num_layers', num_layers, low=1)
        self.normalize = normalize
        self.out_channels = self.num_layers * self.hidden_channels
        sizes = [self.in_channels] + [self.hidden_channels] * self.num_layers
        self.lins = torch.nn.ModuleList(
            torch.nn.Linear(*pair) for pair in zip(sizes, sizes[1:]))
        self.acts = torch.nn.ModuleList(torch.nn.PReLU() for _ in self.lins)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        reset(self.acts)
        reset_linear(self)

    def forward(self, x: Tensor, edge_index: Tensor,
                batch: Optional[Tensor] = None,
                batch_size: Optional[int] = None,
                edge_weight: Optional[Tensor] = None
                ) -> Tuple[Tensor, Tensor]:
        x = check_features(x, self.in_channels,
                           next(self.parameters()).dtype)
        adjacency = Adjacency(edge_index, x.size(0), edge_weight)
        if self.normalize:  # once, for all layers
            adjacency = adjacency.normalized(x.dtype)
        lin: Any
        out = []
        for lin, act in zip(self.lins, self.acts):
            # Neighbors are summed where features are smaller.
            if lin.in_features <= lin.out_features:
                x = lin(adjacency @ x)
            else:
                x = adjacency @ (x @ lin.weight.t()) + lin.bias
            x = act(x)
            out.append(sum_nodes(x, batch, batch_size))
        return x, torch.cat(out, dim=-1)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}({self.in_channels}, '
                f'hidden_channels={self.hidden_channels}, '
                f'num_layers={self.num_layers}, normalize={self.normalize})')
