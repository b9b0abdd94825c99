from typing import Optional

import torch
from torch import Tensor


def sum_nodes(x: Tensor, batch: Optional[Tensor] = None,
              batch_size: Optional[int] = None) -> Tensor:
    r"""Returns the sum of the nodes of every graph, :math:`[B, D]`, zero
    for graphs that have lost all their nodes.

    A step of GraphCL takes 1.1 times as long with PyG's
    :meth:`~torch_geometric.nn.pool.global_add_pool`, which also adds numbers
    of half precision in half precision (``python -m benchmarks.home_made``).

    Args:
        x (torch.Tensor): Node features, :math:`[V, D]`.
        batch (torch.Tensor, optional): The graph of every node, :math:`[V]`;
            all belong to one if not given. (default: :obj:`None`)
        batch_size (int, optional): Number of graphs, :math:`B`; the last
            one with a node ends the batch if not given.
            (default: :obj:`None`)

    Raises:
        ValueError: If :obj:`batch` is not :math:`[V]` of ``torch.long``.

    Example:
        >>> sum_nodes(torch.ones(3, 1), torch.tensor([0, 0, 2]), 4).t()
        tensor([[2., 0., 1., 0.]])
    """
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()  # sums over many nodes need its precision
    if batch is None:
        return x.sum(dim=0, keepdim=True)
    if (batch.dtype != torch.long or batch.dim() != 1
            or batch.size(0) != x.size(0)):
        raise ValueError("'batch' must hold the graph of every node, "
                         f"[{x.size(0)}] of torch.long "
                         f"(got {list(batch.shape)} of {batch.dtype})")
    if batch_size is None:
        batch_size = int(batch.max()) + 1 if batch.numel() else 0
    # Its gradient selects rows, which is faster than that of a scatter.
    return x.new_zeros(batch_size, *x.shape[1:]).index_add_(0, batch, x)
