r"""The proximity graph: a directed graph over instances in CSR format."""

import os
from dataclasses import dataclass
from typing import Optional, Union

import torch
from torch import Tensor
from torch_sparse import SparseTensor

from pyg_batchsampler.files import written_whole


@dataclass(frozen=True, eq=False, repr=False)
class ProximityGraph:
    r"""A directed graph that connects each instance to those most similar to
    it among a few random others, as in the `"BatchSampler: Sampling
    Mini-Batches for Contrastive Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper.

    The neighbors of instance :math:`i` are
    :obj:`col[rowptr[i]:rowptr[i + 1]]`. An instance may have no neighbors,
    and edges may be repeated or lead back to where they start:
    :meth:`build_proximity_graph` makes none such, but walks cope with them.

    Args:
        rowptr (torch.Tensor): Where the edges of an instance begin,
            :math:`[N + 1]`, ``torch.long``.
        col (torch.Tensor): Where the edges lead, :math:`[E]`,
            ``torch.int`` or ``torch.long``.
        similarity (torch.Tensor, optional): Cosine similarity of the edges,
            :math:`[E]`, ``torch.float``. (default: :obj:`None`)

    Example:
        >>> graph = ProximityGraph.from_neighbors(
        ...     torch.tensor([[1], [2], [0]]))
        >>> graph
        ProximityGraph(num_instances=3, num_edges=3)
        >>> graph.col
        tensor([1, 2, 0])
    """
    rowptr: Tensor
    col: Tensor
    similarity: Optional[Tensor] = None

    def __post_init__(self) -> None:
        for name, value, types in [
            ('rowptr', self.rowptr, [torch.long]),
            ('col', self.col, [torch.int, torch.long]),
        ]:
            if value.dtype not in types or value.dim() != 1:
                raise ValueError(f"'{name}' must be a vector of "
                                 f"{' or '.join(map(str, types))} "
                                 f"(got {list(value.shape)} of "
                                 f"{value.dtype})")
        if (self.rowptr.numel() < 1 or int(self.rowptr[0]) != 0
                or int(self.rowptr[-1]) != self.col.numel()
                or bool((self.rowptr.diff() < 0).any())):
            raise ValueError("'rowptr' must rise from 0 to the number of "
                             f"edges, {self.col.numel()}")
        if self.col.numel() > 0:
            low, high = (int(end) for end in self.col.aminmax())
            if low < 0 or high >= self.num_instances:
                bad = low if low < 0 else high
                raise ValueError("'col' must lie in [0, "
                                 f"{self.num_instances}) (got {bad})")
        if (self.similarity is not None
                and self.similarity.shape != self.col.shape):
            raise ValueError("'similarity' must hold one value per edge, "
                             f"{self.num_edges} "
                             f"(got {list(self.similarity.shape)})")

    @property
    def num_instances(self) -> int:
        r"""Number of instances :math:`N`."""
        return self.rowptr.numel() - 1

    @property
    def num_edges(self) -> int:
        r"""Number of directed edges :math:`E`."""
        return self.col.numel()

    @classmethod
    def from_neighbors(
        cls,
        neighbor: Tensor,
        similarity: Optional[Tensor] = None,
    ) -> 'ProximityGraph':
        r"""Builds the graph in which every instance has :math:`K`
        neighbors.

        Args:
            neighbor (torch.Tensor): Neighbors :math:`[N, K]`.
            similarity (torch.Tensor, optional): Their cosine similarity,
                :math:`[N, K]`. (default: :obj:`None`)
        """
        if neighbor.dim() != 2:
            raise ValueError("'neighbor' must be two-dimensional, "
                             "[num_instances, num_neighbors] "
                             f"(got {list(neighbor.shape)})")
        num_instances, num_neighbors = neighbor.size()
        rowptr = torch.arange(num_instances + 1, device=neighbor.device)
        return cls(rowptr * num_neighbors, neighbor.reshape(-1),
                   None if similarity is None else similarity.reshape(-1))

    @classmethod
    def from_sparse_tensor(cls, adj: SparseTensor) -> 'ProximityGraph':
        r"""Builds the graph of a square :class:`torch_sparse.SparseTensor`
        whose values are similarities."""
        if adj.size(0) != adj.size(1):
            raise ValueError("'adj' must be square "
                             f"(got {adj.size(0)} x {adj.size(1)})")
        rowptr, col, value = adj.csr()
        return cls(rowptr, col, value)

    def to_sparse_tensor(self) -> SparseTensor:
        r"""Returns the graph as a :class:`torch_sparse.SparseTensor`
        :math:`[N, N]` with similarities as values.

        There, neighbors are sorted by their index, no longer by similarity.
        """
        num_instances = self.num_instances
        row = torch.repeat_interleave(self.rowptr.diff())
        return SparseTensor(row=row, col=self.col.long(),
                            value=self.similarity,
                            sparse_sizes=(num_instances, num_instances))

    def to(self, device: Union[str, torch.device]) -> 'ProximityGraph':
        r"""Returns the graph on another device."""
        return ProximityGraph(
            self.rowptr.to(device), self.col.to(device),
            None if self.similarity is None else self.similarity.to(device))

    def save(self, path: Union[str, 'os.PathLike[str]']) -> None:
        r"""Writes the graph to a file of tensors only, whole or not at
        all."""
        with written_whole(path) as file:
            torch.save({'rowptr': self.rowptr, 'col': self.col,
                        'similarity': self.similarity}, file)

    @classmethod
    def load(cls, path: Union[str, 'os.PathLike[str]']) -> 'ProximityGraph':
        r"""Reads a graph written by :meth:`save`."""
        return cls(**torch.load(path, weights_only=True))

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}('
                f'num_instances={self.num_instances}, '
                f'num_edges={self.num_edges})')
