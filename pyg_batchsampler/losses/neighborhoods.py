import torch
from torch import Tensor


def neighborhoods(neighbor: Tensor, index: Tensor) -> Tensor:
    r"""Describes the instances of a mini-batch by their nearest neighbors:
    the cosine similarity of two rows is the share of neighbors that they have
    in common, from the `"Clustering Using a Similarity Measure Based on Shared
    Near Neighbors" <https://doi.org/10.1109/T-C.1973.223640>`_ paper.

    The idea is that instances of one class have neighbors in common, and
    instances that happen to be similar have not.
    :obj:`similar_pairs(neighborhoods(…), ratio)` masks the former.

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
