r"""The only place that calls :obj:`pynndescent`."""

import warnings

import torch
from torch import Tensor

# Where fewer neighbors are wanted, so many are searched for: with lists of 5,
# the descent misses half of the nearest.
MIN_NEIGHBORS = 30


def find_pynndescent(x: Tensor, num_neighbors: int, recall: float,
                     seed: int) -> Tensor:
    r"""Finds about the nearest others by descent: neighbors of neighbors are
    likely to be neighbors, as in the `"Efficient K-Nearest Neighbor Graph
    Construction for Generic Similarity Measures"
    <https://dl.acm.org/doi/10.1145/1963405.1963487>`_ paper. Its effort does
    not follow :obj:`recall`.

    Takes and returns what :obj:`APPROXIMATE` describes.
    """
    from numba import get_num_threads
    from pynndescent import NNDescent

    # A row of zeros has similarity 0 to all, hence must be at distance
    # sqrt(2): a dimension of its own puts it there.
    is_zero = (x == 0).all(dim=1, keepdim=True)
    if bool(is_zero.any()):
        x = torch.cat([x, is_zero.to(x.dtype)], dim=1)
    size = min(max(num_neighbors, MIN_NEIGHBORS) + 1, x.size(0))
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Failed to correctly find')
        index = NNDescent(
            x.numpy(), metric='euclidean', n_neighbors=size,
            random_state=seed % 2**31,
            n_jobs=min(torch.get_num_threads(), get_num_threads()))
    return torch.from_numpy(index.neighbor_graph[0]).long()
