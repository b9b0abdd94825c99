from typing import Any, Optional

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform

from pyg_batchsampler.checks import check_edge_index
from pyg_batchsampler.compiled.counting_sort import counting_sort
from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.seed import draw_seed
from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.graph_batch import graph_of_node, keep_nodes


@functional_transform('random_walk_subgraph_per_graph')
class RandomWalkSubgraph(Augmentation):
    r"""Keeps the nodes that a random walk visits, and the edges among them,
    as in the `"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or on a whole batch. The walk begins at a random node
    and follows one of its edges, all equally likely, in whichever direction,
    until it has visited :math:`\max(1, \lceil r n \rceil)` of the :math:`n`
    nodes. After :math:`n` steps without a new node it goes on from a random
    unvisited neighbor of those visited or, if there is none, from a random
    node elsewhere. The walk runs on the CPU, compiled, wherever the batch is.

    Args:
        ratio (float, optional): Share of nodes to keep,
            :math:`r \in [0, 1)`. (default: :obj:`0.2`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    .. note::
        The release of GraphCL never leaves the neighborhood of the first
        node; this walk does, as in the paper.

    Example:
        >>> ring = torch.tensor([[0, 1, 2, 3, 4], [1, 2, 3, 4, 0]])
        >>> data = Data(edge_index=ring, num_nodes=5)
        >>> data = RandomWalkSubgraph(ratio=0.8)(data)
        >>> data.num_nodes, data.num_edges
        (4, 3)
    """
    def __init__(self, ratio: float = 0.2,
                 generator: Optional[torch.Generator] = None):
        super().__init__(ratio, generator)

    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        ptr = graph_of_node(data)[1]
        size = ptr.diff()
        count = (size.double() * self.ratio - 1e-9).ceil().long().clamp(min=1)
        count = torch.minimum(count, size)
        if chosen is not None:
            count = torch.where(chosen, count, size)
        random = np.random.Generator(np.random.PCG64(draw_seed(
            self.generator)))
        edge_index = data.edge_index.cpu()
        check_edge_index(edge_index, int(ptr[-1]))  # nothing else would
        kept = _walk(ptr.cpu().numpy(), edge_index.numpy(),
                     count.cpu().numpy(), random)
        return keep_nodes(data, torch.from_numpy(kept).to(ptr.device))


@kernel
def _walk(ptr: Any, edge_index: Any, count: Any, random: Any) -> Any:
    num_nodes = ptr[-1]
    rowptr, col = _neighbors(num_nodes, edge_index)
    visited = np.zeros(num_nodes, np.bool_)
    for graph in range(len(count)):
        first, last = ptr[graph], ptr[graph + 1]
        size = last - first
        if count[graph] == size:
            visited[first:last] = True
            continue
        current = first + int(random.random() * size)
        visited[current], num_visited, num_idle = True, 1, 0
        while num_visited < count[graph]:
            degree = rowptr[current + 1] - rowptr[current]
            if num_idle == size or degree == 0:
                current = _next_start(first, last, rowptr, col, visited,
                                      random)
            else:
                current = col[rowptr[current] + int(random.random() * degree)]
            num_idle += 1
            if not visited[current]:
                visited[current], num_idle = True, 0
                num_visited += 1
    return visited


@kernel
def _next_start(first: int, last: int, rowptr: Any, col: Any, visited: Any,
                random: Any) -> int:
    r"""Returns a random unvisited node next to a visited one, or any
    unvisited one if there is none."""
    out, num_near, num_far = -1, 0, 0
    for i in range(first, last):
        if visited[i]:
            continue
        is_near = False
        for j in col[rowptr[i]:rowptr[i + 1]]:
            is_near |= visited[j]
        if is_near:
            num_near += 1
            if random.random() * num_near < 1:
                out = i
        elif num_near == 0:
            num_far += 1
            if random.random() * num_far < 1:
                out = i
    return out


@kernel
def _neighbors(num_nodes: int, edge_index: Any) -> Any:
    r"""Returns the graph in both directions as pointers and neighbors."""
    # Both ends of every edge, one after the other.
    row = np.ascontiguousarray(edge_index.T).reshape(-1)
    col = np.ascontiguousarray(edge_index[::-1].T).reshape(-1)
    rowptr, perm = counting_sort(row, num_nodes)
    return rowptr, col[perm]
