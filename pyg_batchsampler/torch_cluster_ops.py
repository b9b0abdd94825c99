r"""The only place that calls :obj:`torch_cluster`, so that another library
can take over here."""

import torch
import torch_cluster
from torch import Tensor


def knn(x: Tensor, y: Tensor, num_neighbors: int, batch_x: Tensor,
        batch_y: Tensor) -> Tensor:
    r"""Returns the nearest :math:`K` rows of :obj:`x` for each row of
    :obj:`y` in the same batch, edges :math:`[2, E]` from :obj:`y` to
    :obj:`x`, by :meth:`torch_cluster.knn`."""
    out: Tensor = torch_cluster.knn(x, y, num_neighbors, batch_x, batch_y)
    return out


def random_walk(rowptr: Tensor, col: Tensor, start: Tensor,
                walk_length: int) -> Tensor:
    r"""Returns uniform walks :math:`[S, L + 1]`, start included, by the op of
    :meth:`torch_cluster.random_walk`, which would sort all edges anew at each
    call.

    Draws from PyTorch's global generator. :math:`L` must be positive: the op
    divides by it.
    """
    return torch.ops.torch_cluster.random_walk(rowptr, col, start,
                                               walk_length, 1.0, 1.0)[0]


for _op in ['knn', 'random_walk']:
    if not hasattr(torch.ops.torch_cluster, _op):
        raise ImportError(
            f"the installed 'torch_cluster' lacks the op '{_op}' "
            f"(got version {torch_cluster.__version__}). Install it anew: "
            "pip install --no-build-isolation 'torch-cluster>=1.6.3,<1.7'")
