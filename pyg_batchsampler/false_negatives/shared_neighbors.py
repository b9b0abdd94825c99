from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import (check_embedding, check_integer,
                                     check_probability)
from pyg_batchsampler.false_negatives.guard import Guard
from pyg_batchsampler.false_negatives.similar import similar_pairs
from pyg_batchsampler.graph import build_proximity_graph


def neighborhoods(neighbor: Tensor, index: Tensor) -> Tensor:
    r"""Describes the instances of a mini-batch by their nearest neighbors:
    the cosine similarity of two rows is the share of neighbors that they have
    in common, from the `"Clustering Using a Similarity Measure Based on Shared
    Near Neighbors" <https://doi.org/10.1109/T-C.1973.223640>`_ paper.

    The idea is that instances of one class have neighbors in common, and
    instances that happen to be similar have not.
    :obj:`similar_pairs(neighborhoods(…), ratio)` masks the former, as
    :class:`SharedNeighbors` does.

    Args:
        neighbor (torch.Tensor): The nearest neighbors of all instances,
            :math:`[N, k]`, ``torch.int`` or ``torch.long``, *e.g.*,
            :obj:`build_proximity_graph(embedding, num_candidates=N - 1,
            num_neighbors=k).col.view(N, k)`. Each instance counts as a
            neighbor of its own besides.
        index (torch.Tensor): The instances of the mini-batch, :math:`[B]`.

    Shapes:
        - **output:** one row per instance of the mini-batch and one column
          per neighbor of any of them, :math:`[B, U]`, of zeros and ones

    Raises:
        ValueError: If :obj:`neighbor` is not two-dimensional or holds
            floating-point numbers.

    Example:
        >>> neighbor = torch.tensor([[1], [0], [3], [2]])
        >>> neighborhoods(neighbor, torch.tensor([0, 1, 2]))
        tensor([[1., 1., 0., 0.],
                [1., 1., 0., 0.],
                [0., 0., 1., 1.]])
    """
    if neighbor.dim() != 2 or neighbor.is_floating_point():
        raise ValueError("'neighbor' must hold instances, "
                         "[num_instances, num_neighbors] "
                         f"(got {list(neighbor.shape)} of {neighbor.dtype})")
    index = index.to(neighbor.device)
    own = torch.cat([index.view(-1, 1), neighbor[index]], dim=1)
    found, column = own.unique(return_inverse=True)
    out = torch.zeros(index.numel(), found.numel(), device=own.device)
    return out.scatter_(1, column, 1.0)


class SharedNeighbors(Guard):
    r"""Marks the pairs of a mini-batch that have most of their nearest
    neighbors in common, see :meth:`neighborhoods`, in the embedding of the
    last refresh; none before the first.

    A refresh compares all pairs of the data set, which is fine up to some
    50,000 instances. Those whose row is zero, which are not known yet, have
    no neighbors.

    Args:
        ratio (float, optional): Share of all pairs that is marked at most,
            in :math:`[0, 1)`. (default: :obj:`0.1`)
        num_neighbors (int, optional): Nearest neighbors that are looked at,
            of fewer instances all others. (default: :obj:`20`)

    Example:
        >>> guard = SharedNeighbors(ratio=0.5, num_neighbors=1)
        >>> guard.refresh(torch.tensor([[0.0, 1.0], [0.1, 1.0], [1.0, 0.0]]))
        >>> guard(torch.tensor([0, 1, 2])).nonzero().tolist()
        [[0, 1], [1, 0]]
    """
    uses_embedding = True

    def __init__(self, ratio: float = 0.1, num_neighbors: int = 20):
        self.ratio = check_probability('ratio', ratio)
        self.num_neighbors = check_integer('num_neighbors', num_neighbors, 1)
        self.neighbor: Optional[Tensor] = None

    def refresh(self, embedding: Tensor) -> None:
        r"""Searches the nearest neighbors of all instances, by an embedding
        :math:`[N, D]`."""
        size = check_embedding(embedding).size(0)
        if size == 1:
            return
        graph = build_proximity_graph(
            embedding, num_candidates=size - 1,
            num_neighbors=min(self.num_neighbors, size - 1))
        self.neighbor = graph.col.view(size, -1)
        unknown = (embedding == 0).all(dim=1).nonzero()
        # An instance is a neighbor of its own in any case: of no other then.
        self.neighbor[unknown.view(-1)] = unknown.to(self.neighbor.dtype)

    def __call__(self, index: Tensor) -> Optional[Tensor]:
        if self.neighbor is None:
            return None
        return similar_pairs(neighborhoods(self.neighbor, index), self.ratio)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(ratio={self.ratio}, '
                f'num_neighbors={self.num_neighbors})')
