from typing import NamedTuple, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import check_graph
from pyg_batchsampler.nn.gcn_encoder import GCNEncoder
from pyg_batchsampler.nn.projection_head import ProjectionHead


class MVGRLOutput(NamedTuple):
    r"""The projections of both views that
    :class:`~pyg_batchsampler.losses.JSDLoss` compares.

    Args:
        node1 (torch.Tensor): Nodes of the adjacency view, :math:`[V, P]`.
        node2 (torch.Tensor): Nodes of the diffusion view, :math:`[V, P]`.
        graph1 (torch.Tensor): Graphs of the adjacency view, :math:`[B, P]`.
        graph2 (torch.Tensor): Graphs of the diffusion view, :math:`[B, P]`.
    """
    node1: Tensor
    node2: Tensor
    graph1: Tensor
    graph2: Tensor


class MVGRL(torch.nn.Module):
    r"""Two encoders, one per view, that share their projection heads, from
    the `"Contrastive Multi-View Representation Learning on Graphs"
    <https://arxiv.org/abs/2006.05582>`_ paper.

    The first view is the adjacency matrix, normalized with self-loops, the
    second a diffusion matrix that
    :class:`~pyg_batchsampler.transforms.PPRDiffusion` has stored in the data.

    Args:
        in_channels (int): Size of node features.
        hidden_channels (int, optional): Size of each layer and of the
            projections, :math:`P`. (default: :obj:`512`)
        num_layers (int, optional): Number of layers. (default: :obj:`2`)

    .. note::
        The authors' release keeps its encoder layers where the optimizer does
        not find them, and trains the projection heads alone. Here everything
        is trained, and both views are sparse.

    Example:
        >>> edge_index = torch.tensor([[0, 1], [1, 0]])
        >>> data = Data(x=torch.ones(2, 3), edge_index=edge_index,
        ...             diffusion_edge_index=edge_index,
        ...             diffusion_edge_weight=torch.tensor([0.4, 0.4]))
        >>> model = MVGRL(in_channels=3, hidden_channels=8)
        >>> model.embed(data).size(), model(data).node1.size()
        (torch.Size([1, 8]), torch.Size([2, 8]))
    """
    def __init__(self, in_channels: int, hidden_channels: int = 512,
                 num_layers: int = 2):
        super().__init__()
        self.encoder1 = GCNEncoder(in_channels, hidden_channels, num_layers)
        self.encoder2 = GCNEncoder(in_channels, hidden_channels, num_layers,
                                   normalize=False)
        self.node_head = ProjectionHead(hidden_channels, hidden_channels)
        self.graph_head = ProjectionHead(self.encoder1.out_channels,
                                         hidden_channels)
        self.out_channels = hidden_channels

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        for module in [self.encoder1, self.encoder2, self.node_head,
                       self.graph_head]:
            reset(module)

    def embed(self, data: Data) -> Tensor:
        r"""Returns the embeddings that are evaluated, the sum of the
        projections of both views, :math:`[B, P]`."""
        (_, graph1), (_, graph2) = self._encode(data)
        out: Tensor = self.graph_head(graph1) + self.graph_head(graph2)
        return out

    def forward(self, data: Data) -> MVGRLOutput:
        r"""Returns the projections that are compared."""
        (node1, graph1), (node2, graph2) = self._encode(data)
        return MVGRLOutput(self.node_head(node1), self.node_head(node2),
                           self.graph_head(graph1), self.graph_head(graph2))

    def _encode(self, data: Data) -> Tuple[Tuple[Tensor, Tensor],
                                           Tuple[Tensor, Tensor]]:
        check_graph(data)
        for name in ['diffusion_edge_index', 'diffusion_edge_weight']:
            if getattr(data, name, None) is None:
                raise ValueError(f"'data' must have '{name}'. Apply "
                                 "PPRDiffusion() from "
                                 "pyg_batchsampler.transforms to it, e.g., "
                                 "as 'pre_transform'")
        batch = getattr(data, 'batch', None)
        batch_size = getattr(data, 'num_graphs', None)
        return (self.encoder1(data.x, data.edge_index, batch, batch_size),
                self.encoder2(data.x, data.diffusion_edge_index, batch,
                              batch_size, data.diffusion_edge_weight))
