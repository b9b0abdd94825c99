from functools import cached_property
from typing import Any, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch_geometric.index import index2ptr
from torch_geometric.nn.conv.gcn_conv import gcn_norm

from pyg_batchsampler.checks import check_edge_index
from pyg_batchsampler.compiled.counting_sort import counting_sort


class _Bags(NamedTuple):
    r"""The neighbors of every node, one bag of rows after the other."""
    ptr: Tensor
    neighbor: Tensor
    weight: Optional[Tensor]

    def sum(self, x: Tensor) -> Tensor:
        weight = None if self.weight is None else self.weight.to(x.dtype)
        return F.embedding_bag(self.neighbor, x, self.ptr, mode='sum',
                               per_sample_weights=weight,
                               include_last_offset=True)


class Adjacency:
    r"""The edges of a mini-batch, sorted once and shared by all layers:
    :obj:`adjacency @ x` sums the rows of sources at their targets, as PyG's
    message passing does.

    Sums run over bags of rows (:meth:`torch.nn.functional.embedding_bag`),
    and their gradient over the bags of the transposed matrix, which is
    sorted when first needed. No message is ever stored. On a CPU, a step of
    MVGRL on PROTEINS takes 2.5 times as long by gather and scatter, as in
    PyG's layers, and 1.2 times as long by :class:`torch_sparse.SparseTensor`,
    a step of GraphCL 1.3 times as long by either of them
    (``python -m benchmarks.home_made``).

    Args:
        edge_index (torch.Tensor): Edges, :math:`[2, E]`, ``torch.long``.
        num_nodes (int): Number of nodes, :math:`V`.
        edge_weight (torch.Tensor, optional): Weights of edges, :math:`[E]`,
            all one if not given. They are data: no gradient reaches them.
            (default: :obj:`None`)

    Example:
        >>> adjacency = Adjacency(torch.tensor([[0, 1], [2, 2]]), num_nodes=3)
        >>> adjacency @ torch.tensor([[1.0], [2.0], [4.0]])
        tensor([[0.],
                [0.],
                [3.]])
    """
    def __init__(self, edge_index: Tensor, num_nodes: int,
                 edge_weight: Optional[Tensor] = None):
        check_edge_index(edge_index, num_nodes)
        if edge_weight is not None:
            if edge_weight.shape != (edge_index.size(1), ):
                raise ValueError("'edge_weight' must have one number per "
                                 f"edge, [{edge_index.size(1)}] "
                                 f"(got {list(edge_weight.shape)})")
            if edge_weight.requires_grad:
                raise ValueError("'edge_weight' must not require a gradient. "
                                 "Pass edge_weight.detach()")
        self.num_nodes = num_nodes
        self._edges = edge_index, edge_weight

    def __matmul__(self, x: Tensor) -> Tensor:
        if x.dtype in (torch.float16, torch.bfloat16):
            x = x.float()  # sums over many neighbors need its precision
        out: Tensor = _NeighborSum.apply(x, self)
        return out

    def normalized(self, dtype: torch.dtype) -> 'Adjacency':
        r"""Returns the edges with self-loops, normalized symmetrically as
        :class:`~torch_geometric.nn.conv.GCNConv` does."""
        edge_index, weight = gcn_norm(*self._edges, self.num_nodes,
                                      dtype=dtype)
        return Adjacency(edge_index, self.num_nodes, weight)

    @cached_property
    def incoming(self) -> _Bags:
        r"""The sources of the edges into every node."""
        return self._bags(target=1)

    @cached_property
    def outgoing(self) -> _Bags:
        r"""The targets of the edges out of every node."""
        return self._bags(target=0)

    def _bags(self, target: int) -> _Bags:
        edge_index, weight = self._edges
        key, neighbor = edge_index[target], edge_index[1 - target]
        if key.device.type == 'cpu':
            ptr, perm = map(torch.from_numpy, counting_sort(
                key.contiguous().numpy(), self.num_nodes))
        else:
            key, perm = key.sort(stable=True)
            ptr = index2ptr(key, self.num_nodes)
        if weight is not None:
            weight = weight.index_select(0, perm)
        return _Bags(ptr, neighbor.index_select(0, perm), weight)


class _NeighborSum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, adjacency: Adjacency) -> Tensor:
        ctx.adjacency = adjacency
        # Asked for a gradient, embedding_bag would prepare its own.
        return adjacency.incoming.sum(x.detach())

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tuple[Tensor, None]:
        return ctx.adjacency.outgoing.sum(grad.contiguous()), None
