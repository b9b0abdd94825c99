from typing import Any, Iterator, Optional

import numpy as np
import torch
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform
from torch_geometric.transforms import BaseTransform

from pyg_batchsampler.checks import (check_edge_index, check_integer,
                                     check_open_probability, check_positive)
from pyg_batchsampler.transforms.graph_batch import graph_of_node

DENSE_SIZE = 256  # nodes up to which a dense inverse is faster
BLOCK_NUMBERS = 2**22  # of the diffusion matrix at a time, in double


@functional_transform('ppr_diffusion')
class PPRDiffusion(BaseTransform):
    r"""Adds the edges of a personalized PageRank diffusion, the second view
    in the `"Contrastive Multi-View Representation Learning on Graphs"
    <https://arxiv.org/abs/2006.05582>`_ paper:

    .. math::
        \mathbf{S} = \alpha \left(\mathbf{I} - (1 - \alpha)
        \mathbf{D}^{-1/2} \mathbf{A} \mathbf{D}^{-1/2}\right)^{-1}

    where :math:`\mathbf{D}` holds the row sums of :math:`\mathbf{A}`. It is
    solved exactly, by sparse factorization, and kept sparse: the largest
    entries of each row or those above a threshold, with their values. The
    transform knows one graph at a time and is costly, so give it to a data
    set as :obj:`pre_transform`.

    Args:
        alpha (float, optional): Teleport probability
            :math:`\alpha \in (0, 1)`. (default: :obj:`0.2`)
        top_k (int, optional): Largest entries kept per row,
            :math:`\geq 1`; exact for graphs of up to as many nodes.
            :obj:`128` if no :obj:`threshold` is given either.
            (default: :obj:`None`)
        threshold (float, optional): Entries from this value on are kept,
            instead of :obj:`top_k`. (default: :obj:`None`)
        add_self_loops (bool, optional): If set to :obj:`False`,
            :math:`\mathbf{A}` is the adjacency matrix as it is, else with
            ones on its diagonal. (default: :obj:`True`)

    Shapes:
        - **diffusion_edge_index:** sources and targets :math:`[2, E']`,
          sorted by target; each target has at most :obj:`top_k` sources
        - **diffusion_edge_weight:** entries of :math:`\mathbf{S}`,
          :math:`[E']`, ``torch.float``

    Raises:
        ValueError: If the graph is directed or a batch.

    .. note::
        The formula of the paper has no self-loops, but its experiments add
        them, here as in the other view. With them, the entry of
        :math:`\mathbf{S}` that belongs to a node without edges is one.
        Edge attributes are not looked at, and several edges between two nodes
        count as one. The entries that are kept are not normalized again.
        A graph of 4,000 nodes takes one or two seconds if it is much like a
        tree, half a minute if it is random. An edge takes 20 bytes: with such
        graphs a smaller :obj:`top_k` saves memory and time in training.

    Example:
        >>> pair = Data(edge_index=torch.tensor([[0, 1], [1, 0]]),
        ...             num_nodes=2)
        >>> data = PPRDiffusion(alpha=0.2)(pair)
        >>> data.diffusion_edge_index
        tensor([[0, 1, 0, 1],
                [0, 0, 1, 1]])
        >>> data.diffusion_edge_weight
        tensor([0.6000, 0.4000, 0.4000, 0.6000])
    """
    def __init__(self, alpha: float = 0.2, *, top_k: Optional[int] = None,
                 threshold: Optional[float] = None,
                 add_self_loops: bool = True):
        self.alpha = check_open_probability('alpha', alpha)
        if top_k is not None and threshold is not None:
            raise ValueError("'threshold' must not be given with 'top_k' "
                             f"(got {threshold} and {top_k})")
        self.threshold = threshold
        if threshold is not None:
            self.threshold = check_positive('threshold', threshold)
        elif top_k is None:
            top_k = 128
        self.top_k = top_k
        if top_k is not None:
            self.top_k = check_integer('top_k', top_k, low=1)
        self.add_self_loops = add_self_loops

    def forward(self, data: Data) -> Data:
        ptr = graph_of_node(data)[1]
        if getattr(data, 'batch', None) is not None:
            raise ValueError("'data' must be a single graph (got a batch of "
                             f"{ptr.numel() - 1}). Transform the data set, "
                             "e.g., as its 'pre_transform'")
        check_edge_index(data.edge_index, int(ptr[-1]))
        matrix = self._matrix(data.edge_index.cpu().numpy(), int(ptr[-1]))
        index, weight, first = [], [], 0
        for block in _inverse_rows(matrix):
            rows = self.alpha * torch.from_numpy(block)
            kept = self._large(rows).nonzero()
            weight.append(rows[kept[:, 0], kept[:, 1]].float())
            kept[:, 0] += first
            index.append(kept.flip(1))
            first += rows.size(0)
        device = data.edge_index.device
        data.diffusion_edge_index = torch.cat([
            torch.empty(0, 2, dtype=torch.long), *index
        ]).t().contiguous().to(device)
        data.diffusion_edge_weight = torch.cat([torch.empty(0),
                                                *weight]).to(device)
        return data

    def _matrix(self, edge_index: Any, size: int) -> Any:
        r"""Returns what is to be inverted."""
        row, col = edge_index
        code = np.unique(row * size + col)
        if not np.array_equal(code, np.unique(col * size + row)):
            raise ValueError("'data' must be undirected (got edges without a "
                             "reverse). Convert it with 'ToUndirected()'")
        if self.add_self_loops:
            code = np.union1d(code, np.arange(size) * (size + 1))
        row, col = np.divmod(code, max(size, 1))
        scale = np.bincount(row, minlength=size).clip(min=1)**-0.5
        value = (self.alpha - 1) * scale[row] * scale[col]
        node, one = np.arange(size), np.ones(size)
        return csc_array((np.append(value, one),
                          (np.append(row, node), np.append(col, node))),
                         shape=(size, size))

    def _large(self, rows: Tensor) -> Tensor:
        r"""Marks the entries to keep."""
        if self.threshold is not None:
            return rows >= self.threshold
        # Between components there is nothing.
        out = rows > 0
        if self.top_k is not None and self.top_k < rows.size(1):
            index = rows.topk(self.top_k, dim=1, sorted=False).indices
            out &= torch.zeros_like(out).scatter_(1, index, True)
        return out

    def __repr__(self) -> str:
        limit = f'top_k={self.top_k}' if self.threshold is None else (
            f'threshold={self.threshold}')
        return f'{type(self).__name__}(alpha={self.alpha}, {limit})'


def _inverse_rows(matrix: Any) -> Iterator[Any]:
    r"""Yields the rows of the inverse of a symmetric matrix, several at a
    time."""
    size = matrix.shape[0]
    if size <= DENSE_SIZE:
        yield np.linalg.inv(matrix.toarray())
        return
    # Symmetric and diagonally dominant up to scaling: no pivots are needed,
    # so that the order can avoid fill-in.
    factor = splu(matrix, permc_spec='MMD_AT_PLUS_A', diag_pivot_thresh=0.0,
                  options={'SymmetricMode': True})
    step = max(1, BLOCK_NUMBERS // size)
    for first in range(0, size, step):
        unit = np.zeros((size, min(step, size - first)), order='F')
        unit[np.arange(first, first + unit.shape[1]),
             np.arange(unit.shape[1])] = 1
        yield factor.solve(unit).T
