from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform
from torch_geometric.utils import cumsum

from pyg_batchsampler.checks import check_edge_index
from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.edge_slots import EdgeSlots
from pyg_batchsampler.transforms.graph_batch import (graph_of_node, part_of,
                                                     random_members,
                                                     random_reals, set_edges)


@functional_transform('perturb_edges_per_graph')
class EdgePerturbation(Augmentation):
    r"""Drops random edges and adds as many new ones, as in the `"Graph
    Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or, without a loop, on a whole batch. Of the :math:`m`
    edges of a graph, :math:`\lfloor r m \rfloor` are dropped. As many new
    edges are drawn, all equally likely, from those that the graph did not
    have; if it lacked fewer, all of them are added. A new edge takes the
    attributes of a random edge of its graph.

    A graph in which every edge has a reverse stays undirected: an edge and
    its reverse count as one, and are dropped or added together. So do several
    edges from one node to another. Self-loops are not counted and stay.

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
        slots = EdgeSlots(ptr)
        row, col = data.edge_index

        # The edges that count, by the slots they take.
        is_counted = row != col
        if chosen is not None:
            is_counted &= chosen.index_select(0, batch.index_select(0, row))
        edge = is_counted.nonzero().view(-1)
        graph, code = slots.encode(row.index_select(0, edge),
                                   col.index_select(0, edge), batch)
        code, order = code.sort(stable=True)
        graph = graph.index_select(0, order)
        edge = edge.index_select(0, order)
        is_directed = slots.mark_directed(code)
        slot, slot_ptr = slots.number(code, graph, is_directed)
        taken, taken_of_edge = slot.unique_consecutive(return_inverse=True)
        taken_graph = torch.bucketize(taken, slot_ptr[1:], right=True)
        taken_ptr = cumsum(taken_graph.bincount(minlength=ptr.numel() - 1))

        count = part_of(taken_ptr.diff(), self.ratio)
        dropped = random_members(taken_graph, taken_ptr, count,
                                 self.generator)
        is_kept = torch.ones_like(row, dtype=torch.bool)
        is_kept[edge] = ~dropped.index_select(0, taken_of_edge)
        kept = is_kept.nonzero().view(-1)

        # Free slots are drawn by their rank among the free slots of their
        # graph. The slot of rank r has the number r plus that of taken slots
        # before it: those with at most r free slots before them.
        num_free = slot_ptr.diff() - taken_ptr.diff()
        free_ptr = cumsum(num_free)
        free = _distinct(torch.minimum(count, num_free), free_ptr,
                         self.generator)
        new_graph = torch.bucketize(free, free_ptr[1:], right=True)
        free_before = taken + (free_ptr - slot_ptr + taken_ptr)[taken_graph]
        free_before = free_before - torch.arange(taken.numel(),
                                                 device=taken.device)
        taken_before = torch.searchsorted(free_before, free, right=True)
        new_row, new_col = slots.decode(
            free + taken_before - (free_ptr + taken_ptr)[new_graph],
            new_graph, is_directed)

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


def _distinct(count: Tensor, ptr: Tensor,
              generator: Optional[torch.Generator]) -> Tensor:
    r"""Draws distinct numbers from several ranges, all subsets of a range
    being equally likely.

    Args:
        count (torch.Tensor): How many to draw from each range, :math:`[B]`.
        ptr (torch.Tensor): Where ranges begin and the last one ends,
            :math:`[B + 1]`.
        generator (torch.Generator, optional): Source of randomness.
    """
    # If more than half of a range is wanted, all its numbers are written out
    # and some of them marked. From other ranges numbers are drawn until
    # enough are distinct; at most every second draw is in vain.
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
