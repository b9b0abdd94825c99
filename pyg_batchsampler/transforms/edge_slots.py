from typing import Tuple

import torch
from torch import Tensor
from torch_geometric.utils import cumsum


class EdgeSlots:
    r"""Numbers for all edges that the graphs of a batch could have.

    A *slot* holds what is dropped or added at once. In a directed graph of
    :math:`n` nodes it is an edge from one node to another, one of
    :math:`n (n - 1)`; in an undirected graph an edge and its reverse, one of
    half as many. An edge without its reverse makes a graph directed.

    To number edges without a gap, the nodes of a graph are put on a circle:
    the shorter way between two of them has a start and spans some steps, at
    most half of the circle. The *code* of an edge is twice the number of
    (span, start), plus one if the edge leads from the end to the start, so
    that an edge and its reverse are neighbors.

    Args:
        ptr (torch.Tensor): Where the nodes of graphs begin, :math:`[B + 1]`.

    Example:
        >>> slots = EdgeSlots(torch.tensor([0, 3]))
        >>> row, col = torch.tensor([[0, 1, 2, 0], [1, 0, 0, 2]])
        >>> graph, code = slots.encode(row, col, torch.zeros(3).long())
        >>> code
        tensor([0, 1, 4, 5])
        >>> slots.number(code, graph, slots.mark_directed(code))[0]
        tensor([0, 0, 2, 2])
    """
    def __init__(self, ptr: Tensor):
        self.ptr = ptr
        self.size = ptr.diff()
        self.code_ptr = cumsum(self.size * (self.size - 1))

    def encode(self, row: Tensor, col: Tensor,
               batch: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns the graph and the code of every edge. The codes of a graph
        follow those of the graphs before it."""
        graph = batch.index_select(0, row)
        size = self.size.index_select(0, graph)
        first = self.ptr.index_select(0, graph)
        span = (col - row) % size
        start = row - first
        # If both ways are equally short, the start is in the first half.
        is_opposite = 2 * span + (2 * start >= size).long() > size
        start = torch.where(is_opposite, col - first, start)
        span = torch.where(is_opposite, size - span, span)
        code = 2 * ((span - 1) * size + start) + is_opposite.long()
        return graph, self.code_ptr.index_select(0, graph) + code

    def mark_directed(self, code: Tensor) -> Tensor:
        r"""Marks the graphs that have edges without their reverse,
        :math:`[B]`, given the codes of all edges in ascending order."""
        both, count = (code.unique_consecutive() // 2).unique_consecutive(
            return_counts=True)
        graph = torch.bucketize(2 * both[count == 1], self.code_ptr[1:],
                                right=True)
        out = torch.zeros_like(self.size, dtype=torch.bool)
        out[graph] = True
        return out

    def number(self, code: Tensor, graph: Tensor,
               is_directed: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns the slot of every edge, and where the slots of graphs
        begin, :math:`[B + 1]`."""
        codes_per_slot = 2 - is_directed.long()
        ptr = cumsum(self.code_ptr.diff() // codes_per_slot)
        slot = code - self.code_ptr.index_select(0, graph)
        slot = slot // codes_per_slot.index_select(0, graph)
        return ptr.index_select(0, graph) + slot, ptr

    def decode(self, slot: Tensor, graph: Tensor,
               is_directed: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns the nodes of an edge in every slot, slots being counted
        from the first of their graph."""
        code = slot * (2 - is_directed.long())[graph]
        size, first = self.size[graph], self.ptr[graph]
        span, start = code // 2 // size + 1, code // 2 % size
        end = (start + span) % size
        is_opposite = code % 2 == 1
        return (first + torch.where(is_opposite, end, start),
                first + torch.where(is_opposite, start, end))
