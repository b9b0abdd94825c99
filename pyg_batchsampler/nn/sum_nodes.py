from typing import Optional

import torch
from torch import Tensor
from torch_geometric.nn import global_add_pool


def sum_nodes(x: Tensor, batch: Optional[Tensor] = None,
              batch_size: Optional[int] = None) -> Tensor:
    r"""Returns the sum of the nodes of every graph, :math:`[B, D]`, zero
    for graphs that have lost all their nodes.

    Args:
        x (torch.Tensor): Node features, :math:`[V, D]`.
        batch (torch.Tensor, optional): The graph of every node, :math:`[V]`;
            all belong to one if not given. (default: :obj:`None`)
        batch_size (int, optional): Number of graphs, :math:`B`; the last
            one with a node ends the batch if not given.
            (default: :obj:`None`)

    Example:
        >>> sum_nodes(torch.ones(3, 1), torch.tensor([0, 0, 2]), 4).t()
        tensor([[2., 0., 1., 0.]])
    """
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()  # sums over many nodes need its precision
    if batch is None:
        return x.sum(dim=0, keepdim=True)
    out: Tensor = global_add_pool(x, batch, size=batch_size)
    return out
