from typing import Any, Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import MLP
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import check_graph, check_integer
from pyg_batchsampler.nn.reset_linear import reset_linear


class GraphCL(torch.nn.Module):
    r"""An encoder with a projection head, from the `"Graph Contrastive
    Learning with Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Args:
        encoder (torch.nn.Module): Maps graphs to embeddings :math:`[B, D]`: a
            :class:`GINEncoder`, or a module that takes the same inputs and
            has :obj:`out_channels` and :obj:`uses_edge_attr` as well.
        projection_channels (int, optional): Size of the projections,
            :math:`D` if not given. (default: :obj:`None`)

    Raises:
        TypeError: If :obj:`encoder` does not embed graphs, as those of
            :mod:`torch_geometric.nn.models` that embed nodes.

    Example:
        >>> from pyg_batchsampler.nn import GINEncoder
        >>> model = GraphCL(GINEncoder(in_channels=3)).eval()
        >>> data = Data(x=torch.ones(4, 3),
        ...             edge_index=torch.empty(2, 0).long())
        >>> model.embed(data).size(), model(data).size()
        (torch.Size([1, 96]), torch.Size([1, 96]))
    """
    def __init__(self, encoder: torch.nn.Module,
                 projection_channels: Optional[int] = None):
        super().__init__()
        if not (isinstance(getattr(encoder, 'out_channels', None), int)
                and hasattr(encoder, 'uses_edge_attr')):
            raise TypeError("'encoder' must be a graph encoder, e.g., "
                            f"GINEncoder(3) (got {encoder!r}). One of your "
                            "own needs 'out_channels', 'uses_edge_attr' and "
                            "'forward(x, edge_index, batch, batch_size)' that "
                            "returns one row per graph")
        dim = check_integer('out_channels', encoder.out_channels, low=1)
        if projection_channels is None:
            projection_channels = dim
        self.out_channels = check_integer('projection_channels',
                                          projection_channels, low=1)
        self.encoder: Any = encoder
        self.head = MLP([dim, dim, self.out_channels], norm=None)
        reset_linear(self.head)

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        reset(self.encoder)
        reset(self.head)
        reset_linear(self.head)

    def embed(self, data: Data) -> Tensor:
        r"""Returns the embeddings that are evaluated, :math:`[B, D]`."""
        check_graph(data)
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
