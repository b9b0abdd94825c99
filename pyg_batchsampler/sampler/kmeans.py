from dataclasses import dataclass
from typing import Optional

import numpy as np
import torch
from sklearn.cluster import MiniBatchKMeans
from torch import Tensor

from pyg_batchsampler.checks import check_choice, check_integer
from pyg_batchsampler.sampler.registry import register_strategy
from pyg_batchsampler.sampler.shuffle_mini_batches import shuffle_mini_batches
from pyg_batchsampler.sampler.strategy import Request, Strategy, option

ORDERS = ['chained', 'random']
SAMPLE_SIZE = 4096  # instances that move the centers at a time


@register_strategy('kmeans')
@dataclass(frozen=True)
class KMeans(Strategy):
    r"""Mini-batches cut from clusters of k-means, from the `"Contextual
    Document Embeddings" <https://arxiv.org/abs/2410.02525>`_ paper: clusters
    are put one after another, in random order or such that each is followed
    by the nearest that is left, and cut into mini-batches, which are
    shuffled. A cluster larger than a mini-batch gives several, smaller ones
    share one.

    Rows have unit length, so that distances are those of cosine similarity.
    Centers are found by mini-batches of scikit-learn.

    Args:
        cluster_size (int, optional): Instances of a cluster on average,
            :math:`B` if not given. (default: :obj:`None`)
        cluster_order (str, optional): :obj:`"chained"` or :obj:`"random"`.
            (default: :obj:`"chained"`)

    Example:
        >>> KMeans(cluster_order='random').cluster_order
        'random'
    """
    paper = 'https://arxiv.org/abs/2410.02525'

    cluster_size: Optional[int] = option(
        None, 'instances of a cluster on average; none: those of a mini-batch')
    cluster_order: str = option(
        'chained', 'how clusters follow each other: each by the nearest that '
        'is left, or at random', choices=ORDERS)

    def check(self, num_instances: int) -> None:
        if self.cluster_size is not None:
            check_integer('cluster_size', self.cluster_size, low=1)
        check_choice('cluster_order', self.cluster_order, ORDERS)

    def order(self, request: Request) -> Tensor:
        x = request.rows[request.remaining].cpu().numpy()
        size = self.cluster_size or request.batch_size
        num_clusters = max(1, round(len(x) / size))
        state = int(torch.randint(2**31, (1, ), generator=request.generator))
        found = MiniBatchKMeans(num_clusters, batch_size=SAMPLE_SIZE, n_init=1,
                                random_state=state).fit(x)
        if self.cluster_order == 'random':
            perm = torch.randperm(num_clusters, generator=request.generator)
            place = perm.numpy()
        else:
            place = np.empty(num_clusters, dtype=np.int64)
            place[_chain(found.cluster_centers_)] = np.arange(num_clusters)
        # Instances of a cluster keep their random order.
        order = torch.from_numpy(place[found.labels_]).sort(stable=True)
        return shuffle_mini_batches(request.remaining[order.indices],
                                    request.batch_size, request.generator)

    def resolved(self, num_instances: int, batch_size: int,
                 epoch: int) -> 'dict[str, object]':
        return dict(self.options(),
                    cluster_size=self.cluster_size or batch_size)


def _chain(center: 'np.ndarray') -> 'np.ndarray':
    r"""Returns clusters such that each is followed by the nearest one that is
    left, from the first on."""
    out = np.zeros(len(center), dtype=np.int64)
    is_left = np.ones(len(center), dtype=bool)
    for i in range(1, len(center)):
        is_left[out[i - 1]] = False
        distance = ((center - center[out[i - 1]])**2).sum(axis=1)
        distance[~is_left] = np.inf
        out[i] = distance.argmin()
    return out
