from typing import Optional, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform
from torch_geometric.utils import cumsum

from pyg_batchsampler.checks import check_edge_index
from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.graph_batch import (graph_of_node, part_of,
                                                     random_members,
                                                     random_reals, set_edges)


@functional_transform('perturb_edges_per_graph')
class EdgePerturbation(Augmentation):
    r"""Drops random edges and adds as many new ones, as in the `"Graph
    Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or, without a loop, on a whole batch. Of :math:`m`
    edges, :math:`\lfloor r m \rfloor` are dropped; the new ones are drawn
    uniformly from the pairs of nodes of the same graph that no edge joined,
    as many as there are. A new edge takes the attributes of a random edge of
    its graph.

    A graph whose edges all have a reverse stays undirected: :math:`m` counts
    pairs of nodes, and both directions come and go together. Self-loops are
    neither counted nor touched, edges of one kind between the same nodes count
    once and go together.

    Args:
        ratio (float, optional): Share of edges :math:`r \in [0, 1)`.
            (default: :obj:`0.1`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    .. note::
        The release of GraphCL drops edges and adds none.

    Example:
        >>> path = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])
        >>> data = Data(edge_index=path, num_nodes=4)
        >>> data = EdgePerturbation(ratio=0.4)(data)
        >>> data.num_edges, data.is_undirected()
        (6, True)
    """
    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        batch, ptr = graph_of_node(data)
        check_edge_index(data.edge_index, batch.numel())
        pairs = NodePairs(ptr)
        row, col = data.edge_index

        # Edges in the order of what comes and goes, self-loops left out.
        is_counted = row != col
        if chosen is not None:
            is_counted &= chosen.index_select(0, batch.index_select(0, row))
        edge = is_counted.nonzero().view(-1)
        graph, code = pairs.encode(row.index_select(0, edge),
                                   col.index_select(0, edge), batch)
        code, order = code.sort(stable=True)
        graph = graph.index_select(0, order)
        edge = edge.index_select(0, order)
        is_directed = pairs.mark_directed(code)
        place, place_ptr = pairs.place(code, graph, is_directed)
        place, unit = place.unique_consecutive(return_inverse=True)
        unit_graph = torch.bucketize(place, place_ptr[1:], right=True)
        unit_ptr = cumsum(unit_graph.bincount(minlength=ptr.numel() - 1))

        count = part_of(unit_ptr.diff(), self.ratio)
        dropped = random_members(unit_graph, unit_ptr, count, self.generator)
        is_kept = torch.ones_like(row, dtype=torch.bool)
        is_kept[edge] = ~dropped.index_select(0, unit)
        kept = is_kept.nonzero().view(-1)

        # The r-th free place of a graph lies behind all that are taken and
        # have at most r free ones before them.
        num_free = place_ptr.diff() - unit_ptr.diff()
        free_ptr = cumsum(num_free)
        free = _distinct(torch.minimum(count, num_free), free_ptr,
                         self.generator)
        new_graph = torch.bucketize(free, free_ptr[1:], right=True)
        free_before = place + (free_ptr - place_ptr + unit_ptr)[unit_graph]
        free_before = free_before - torch.arange(place.numel(),
                                                 device=place.device)
        num_before = torch.searchsorted(free_before, free, right=True)
        new_row, new_col = pairs.decode(
            free + num_before - (free_ptr + unit_ptr)[new_graph], new_graph,
            is_directed)

        edge_ptr = cumsum(graph.bincount(minlength=ptr.numel() - 1))
        like = random_reals(new_graph, self.generator)
        like = (like * edge_ptr.diff()[new_graph]).long()
        like = edge[edge_ptr[new_graph] + like]
        both = ~is_directed[new_graph]
        edge_index = torch.stack([
            torch.cat([row[kept], new_row, new_col[both]]),
            torch.cat([col[kept], new_col, new_row[both]])
        ])
        source = torch.cat([kept, like, like[both]])
        order = batch.index_select(0, edge_index[0]).argsort(stable=True)
        return set_edges(data, edge_index.index_select(1, order),
                         source.index_select(0, order), ptr)


class NodePairs:
    r"""Numbers for the pairs of distinct nodes of every graph.

    A pair :math:`\{u, v\}` out of :math:`n` nodes in a circle is where it
    starts and how many steps it spans, at most half of the circle. That gives
    :math:`n (n - 1) / 2` numbers without a gap. The code of an edge is twice
    the number, plus one in the opposite direction.

    Args:
        ptr (torch.Tensor): Where the nodes of graphs begin, :math:`[B + 1]`.
    """
    def __init__(self, ptr: Tensor):
        self.ptr = ptr
        self.size = ptr.diff()
        self.code_ptr = cumsum(self.size * (self.size - 1))

    def encode(self, row: Tensor, col: Tensor,
               batch: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns the graphs and codes of edges, codes of all graphs one
        after the other."""
        graph = batch.index_select(0, row)
        size = self.size.index_select(0, graph)
        first = self.ptr.index_select(0, graph)
        span = (col - row) % size
        start = row - first
        is_opposite = 2 * span + (2 * start >= size).long() > size
        start = torch.where(is_opposite, col - first, start)
        span = torch.where(is_opposite, size - span, span)
        code = 2 * ((span - 1) * size + start) + is_opposite.long()
        return graph, self.code_ptr.index_select(0, graph) + code

    def mark_directed(self, code: Tensor) -> Tensor:
        r"""Marks the graphs, :math:`[B]`, that have edges without a reverse;
        :obj:`code` ascends."""
        pair, count = (code.unique_consecutive() // 2).unique_consecutive(
            return_counts=True)
        graph = torch.bucketize(2 * pair[count == 1], self.code_ptr[1:],
                                right=True)
        out = torch.zeros_like(self.size, dtype=torch.bool)
        out[graph] = True
        return out

    def place(self, code: Tensor, graph: Tensor,
              is_directed: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns places of edges, a code in directed graphs and a pair in
        others, and where places of graphs begin, :math:`[B + 1]`."""
        per_place = 2 - is_directed.long()
        ptr = cumsum(self.code_ptr.diff() // per_place)
        place = code - self.code_ptr.index_select(0, graph)
        place = place // per_place.index_select(0, graph)
        return ptr.index_select(0, graph) + place, ptr

    def decode(self, place: Tensor, graph: Tensor,
               is_directed: Tensor) -> Tuple[Tensor, Tensor]:
        r"""Returns the nodes at places, counted from the first of the
        graph."""
        code = place * (2 - is_directed.long())[graph]
        size, first = self.size[graph], self.ptr[graph]
        span, start = code // 2 // size + 1, code // 2 % size
        end = (start + span) % size
        is_opposite = code % 2 == 1
        return (first + torch.where(is_opposite, end, start),
                first + torch.where(is_opposite, start, end))


def _distinct(count: Tensor, ptr: Tensor,
              generator: Optional[torch.Generator]) -> Tensor:
    r"""Draws :obj:`count` distinct numbers of every range between neighbors
    in :obj:`ptr`, all subsets equally likely."""
    # Where more than half of a range is wanted it is written out, elsewhere
    # repeated draws are replaced, at most every second one.
    size = ptr.diff()
    is_dense = 2 * count > size
    group = torch.arange(size.numel(), device=ptr.device)
    dense_ptr = cumsum(size * is_dense)
    dense = group.repeat_interleave(size * is_dense)
    number = torch.arange(dense.numel(), device=ptr.device)
    number = number + (ptr - dense_ptr)[dense]
    out = number[random_members(dense, dense_ptr, count * is_dense, generator)]

    missing = count * ~is_dense
    found = out[:0]
    while int(missing.sum()) > 0:
        drawn = group.repeat_interleave(missing)
        number = (random_reals(drawn, generator) * size[drawn]).long()
        found = torch.cat([found, ptr[drawn] + number]).unique()
        num_found = torch.bucketize(found, ptr[1:], right=True).bincount(
            minlength=size.numel())
        missing = count * ~is_dense - num_found
    return torch.cat([out, found])
