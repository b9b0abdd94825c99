from typing import Any, Callable, Dict, Optional

import torch
from torch import Tensor
from torch_geometric.nn import MLP, BatchNorm, GINConv, GINEConv
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import (check_choice, check_edge_index,
                                     check_integer)
from pyg_batchsampler.nn.adjacency import Adjacency
from pyg_batchsampler.nn.batch_renorm import BatchRenorm
from pyg_batchsampler.nn.check_features import check_features
from pyg_batchsampler.nn.molecule_features import (atom_encoder, bond_encoder,
                                                   check_categories,
                                                   reset_encoder)
from pyg_batchsampler.nn.reset_linear import reset_linear
from pyg_batchsampler.nn.sum_nodes import sum_nodes

# A single node, which has no variance, is normalized by running averages.
NORMS: Dict[Optional[str], Callable[[int], torch.nn.Module]] = {
    'batch': lambda size: BatchNorm(size, allow_single_element=True),
    'layer': torch.nn.LayerNorm,
    'renorm': BatchRenorm,
    None: torch.nn.Identity,
}


class GINEncoder(torch.nn.Module):
    r"""The graph encoder of the `"Graph Contrastive Learning with
    Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper: layers of
    :class:`~torch_geometric.nn.conv.GINConv`, ReLU and batch normalization,
    whose sums over nodes are concatenated.

    Molecules of OGB, whose nodes and edges have integer features, are
    embedded by OGB's ``AtomEncoder``, and by one ``BondEncoder`` in each
    layer, a :class:`~torch_geometric.nn.conv.GINEConv`.

    Args:
        in_channels (int, optional): Size of node features; :obj:`None` for
            molecules of OGB.
        hidden_channels (int, optional): Size of each layer.
            (default: :obj:`32`)
        num_layers (int, optional): Number of layers. (default: :obj:`3`)
        norm (str, optional): Normalization after each layer:
            :obj:`"batch"`, the paper's, by the statistics of the mini-batch,
            which undoes most of what makes a mini-batch hard;
            :obj:`"renorm"`, by running averages in training, too, see
            :class:`BatchRenorm`; :obj:`"layer"`, of every node by itself; or
            :obj:`None` for none. (default: :obj:`"batch"`)

    .. note::
        Normalization over the nodes of each graph is not offered: their sums
        would all be the same.

    Shapes:
        - **input:** node features :math:`[V, F]`, edge indices
          :math:`[2, E]`, batch vector :math:`[V]` *(optional)*, number of
          graphs *(optional)*, edge features :math:`[E, 3]` *(molecules of
          OGB only)*
        - **output:** graph embeddings :math:`[B, L \cdot H]`

    Example:
        >>> encoder = GINEncoder(in_channels=3).eval()
        >>> encoder(torch.ones(4, 3), torch.empty(2, 0).long()).size()
        torch.Size([1, 96])

        >>> encoder = GINEncoder(in_channels=None).eval()
        >>> atoms = torch.zeros(4, 9, dtype=torch.long)
        >>> bonds = torch.zeros(2, 3, dtype=torch.long)
        >>> edge_index = torch.tensor([[0, 1], [1, 0]])
        >>> encoder(atoms, edge_index, edge_attr=bonds).size()
        torch.Size([1, 96])
    """
    def __init__(self, in_channels: Optional[int], hidden_channels: int = 32,
                 num_layers: int = 3, norm: Optional[str] = 'batch'):
        super().__init__()
        if in_channels is not None:
            in_channels = check_integer('in_channels', in_channels, low=1)
        hidden_channels = check_integer('hidden_channels', hidden_channels,
                                        low=1)
        num_layers = check_integer('num_layers', num_layers, low=1)
        self.in_channels = in_channels
        self.hidden_channels = hidden_channels
        self.num_layers = num_layers
        self.norm = check_choice('norm', norm, list(NORMS))
        self.out_channels = num_layers * hidden_channels

        conv = GINConv if in_channels is not None else GINEConv
        sizes = [in_channels or hidden_channels]
        sizes += [hidden_channels] * (num_layers - 1)
        self.convs = torch.nn.ModuleList(
            conv(MLP([size, hidden_channels, hidden_channels], norm=None))
            for size in sizes)
        self.norms = torch.nn.ModuleList(
            NORMS[norm](hidden_channels) for _ in sizes)
        if in_channels is None:
            self.atom_encoder = atom_encoder(hidden_channels)
            self.bond_encoders = torch.nn.ModuleList(
                bond_encoder(hidden_channels) for _ in sizes)
        self.reset_parameters()

    @property
    def uses_edge_attr(self) -> bool:
        r"""Whether :meth:`forward` takes features of edges."""
        return self.in_channels is None

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module: linear layers to
        Xavier-uniform weights without bias, as the authors' release does."""
        reset(self.convs)
        reset(self.norms)
        reset_linear(self)
        if self.uses_edge_attr:
            for encoder in [self.atom_encoder, *self.bond_encoders]:
                reset_encoder(encoder)

    def forward(self, x: Tensor, edge_index: Tensor,
                batch: Optional[Tensor] = None,
                batch_size: Optional[int] = None,
                edge_attr: Optional[Tensor] = None) -> Tensor:
        conv: Any
        out = []
        if self.in_channels is None:
            x = self.atom_encoder(check_categories(
                'x', x, 'num_nodes', self.atom_encoder))
            check_edge_index(edge_index, x.size(0))
            edge_attr = check_categories('edge_attr', edge_attr, 'num_edges',
                                         self.bond_encoders[0])
            if edge_attr.size(0) != edge_index.size(1):
                raise ValueError("'edge_attr' must have one row per edge, "
                                 f"{edge_index.size(1)} "
                                 f"(got {edge_attr.size(0)})")
            for conv, bond, norm in zip(self.convs, self.bond_encoders,
                                        self.norms):
                x = norm(conv(x, edge_index, bond(edge_attr)).relu_())
                out.append(sum_nodes(x, batch, batch_size))
        else:
            x = check_features(x, self.in_channels,
                               next(self.parameters()).dtype)
            adjacency = Adjacency(edge_index, x.size(0))
            for conv, norm in zip(self.convs, self.norms):
                # What GINConv computes, on edges that are sorted once.
                lin1, lin2 = conv.nn.lins
                x = lin2(lin1((adjacency @ x).add_(x)).relu_()).relu_()
                x = norm(x)
                out.append(sum_nodes(x, batch, batch_size))
        return torch.cat(out, dim=-1)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}({self.in_channels}, '
                f'hidden_channels={self.hidden_channels}, '
                f'num_layers={self.num_layers}, norm={self.norm!r})')
