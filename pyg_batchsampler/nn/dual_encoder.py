from typing import Any, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import MLP
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.nn.graph_cl import GraphCL


class DualEncoder(torch.nn.Module):
    r"""Brings graphs and what is known of them besides, *e.g.*, embeddings of
    what is written about them, into one space: two towers, as in the
    `"Learning Transferable Visual Models From Natural Language Supervision"
    <https://arxiv.org/abs/2103.00020>`_ paper, with
    :meth:`~pyg_batchsampler.losses.info_nce_loss`.

    Args:
        encoder (torch.nn.Module): Maps graphs to embeddings :math:`[B, D]`,
            see :class:`GraphCL`.
        description_channels (int): Size of :obj:`data.description`, one row
            per graph, :math:`[B, D']`.
        projection_channels (int, optional): Size of the common space.
            (default: :obj:`128`)

    Example:
        >>> from pyg_batchsampler.nn import GINEncoder
        >>> model = DualEncoder(GINEncoder(in_channels=3), 384).eval()
        >>> data = Data(x=torch.ones(4, 3),
        ...             edge_index=torch.empty(2, 0).long(),
        ...             description=torch.ones(1, 384))
        >>> [z.size() for z in model(data)]
        [torch.Size([1, 128]), torch.Size([1, 128])]
    """
    def __init__(self, encoder: torch.nn.Module, description_channels: int,
                 projection_channels: int = 128):
        super().__init__()
        self.graphs = GraphCL(encoder, projection_channels)
        self.out_channels = self.graphs.out_channels
        self.description_channels = check_integer(
            'description_channels', description_channels, low=1)
        self.description_head = MLP(
            [description_channels, 2 * self.out_channels, self.out_channels],
            norm=None)

    @property
    def encoder(self) -> Any:
        r"""What maps graphs to embeddings."""
        return self.graphs.encoder

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        self.graphs.reset_parameters()
        reset(self.description_head)

    def embed(self, data: Data) -> Tensor:
        r"""Returns the embeddings of graphs that are evaluated,
        :math:`[B, D]`."""
        return self.graphs.embed(data)

    def describe(self, description: Tensor) -> Tensor:
        r"""Returns the projections of what is known besides,
        :math:`[B, P]`."""
        if (description.dim() != 2
                or description.size(1) != self.description_channels):
            raise ValueError(
                "'description' must have the shape "
                f"[batch_size, {self.description_channels}] "
                f"(got {list(description.shape)})")
        out: Tensor = self.description_head(description)
        return out

    def forward(self, data: Data) -> Tuple[Tensor, Tensor]:
        r"""Returns the projections of graphs and of what is known besides,
        both :math:`[B, P]`."""
        if 'description' not in data:
            raise ValueError("'data' must hold 'description', one row per "
                             f"graph (got {sorted(data.keys())})")
        return self.graphs(data), self.describe(data.description)
