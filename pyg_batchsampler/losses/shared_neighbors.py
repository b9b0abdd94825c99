import torch
from torch import Tensor


def shared_neighbors(neighbor: Tensor, index: Tensor) -> Tensor:
    r"""Returns which share of their neighbors the pairs of a mini-batch have
    in common, from the `"Clustering Using a Similarity Measure Based on Shared
    Near Neighbors" <https://doi.org/10.1109/T-C.1973.223640>`_ paper.

    Two instances of one class have the same neighbors more often than two
    that happen to be similar. A threshold on the share makes the mask
    :obj:`is_false_negative` of losses: it leaves out many pairs of a hard
    mini-batch and few of a uniform one.

    Args:
        neighbor (torch.Tensor): The nearest neighbors of all instances,
            :math:`[N, k]`, ``torch.long``, *e.g.*,
            :obj:`build_proximity_graph(embedding, num_candidates=N - 1,
            num_neighbors=k).col.view(N, k)`. Each instance counts as a
            neighbor of its own besides.
        index (torch.Tensor): The instances of the mini-batch, :math:`[B]`.

    Shapes:
        - **output:** a symmetric matrix :math:`[B, B]` of values in
          :math:`[0, 1]`, zero on its diagonal

    Example:
        >>> neighbor = torch.tensor([[1], [0], [3], [2]])
        >>> shared_neighbors(neighbor, torch.tensor([0, 1, 2]))
        tensor([[0., 1., 0.],
                [1., 0., 0.],
                [0., 0., 0.]])
    """
    if (neighbor.dim() != 2 or neighbor.is_floating_point()):
        raise ValueError("'neighbor' must hold instances, "
                         "[num_instances, num_neighbors] "
                         f"(got {list(neighbor.shape)} of {neighbor.dtype})")
    index = index.to(neighbor.device)
    own = torch.cat([index.view(-1, 1), neighbor[index]], dim=1)
    found, column = own.unique(return_inverse=True)
    is_near = torch.zeros(index.numel(), found.numel(), device=own.device)
    is_near.scatter_(1, column, 1.0)
    return (is_near @ is_near.t() / own.size(1)).fill_diagonal_(0)
