r"""Kinds of mini-batches that tasks with true negatives compare."""

from typing import Any, Dict, NamedTuple, Optional

UNTRAINED = 'untrained'


class MiniBatches(NamedTuple):
    r"""Which instances meet, as a row of a table has it.

    Args:
        sampler (str): Name of a strategy, or :obj:`"untrained"`.
        walk_size (int, optional): :math:`k`; :obj:`None` for all.
        num_candidates (int): :math:`M`, at most half of all instances.
        num_neighbors (int): :math:`K`.
        replacement (bool): Walks instead of an exactly-once epoch.
    """
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False

    def arguments(self, num_instances: int) -> Dict[str, Any]:
        r"""Returns the arguments of a loader over so many instances."""
        out: Dict[str, Any] = dict(batch_sampler=self.sampler)
        if self.sampler == 'proximity':
            m = min(self.num_candidates, num_instances // 2)
            k = max(1, m * self.num_neighbors // self.num_candidates)
            out.update(walk_size=self.walk_size, num_candidates=m,
                       num_neighbors=k, replacement=self.replacement)
        return out


BASE = MiniBatches()  # uniform ones


def mini_batches_of(setting: Any) -> MiniBatches:
    r"""Returns which instances meet by a setting, a named tuple whose first
    fields are those of :class:`MiniBatches`."""
    return MiniBatches(*setting[:len(MiniBatches._fields)])


def groups_of(walk_size: Optional[int], num_candidates: int = 1000,
              num_neighbors: int = 20, **kwargs: Any) -> MiniBatches:
    return MiniBatches('proximity', walk_size, num_candidates, num_neighbors,
                       **kwargs)


KINDS: Dict[str, MiniBatches] = {
    'uniform': BASE,
    'kNN': MiniBatches('knn'),
    'chain, GRIT': MiniBatches('chain'),
    'k-means, CDE': MiniBatches('kmeans'),
    'bandwidth, GCBS': MiniBatches('bandwidth'),
    'partition, B3': MiniBatches('partition'),
    "walks, the paper's": groups_of(None, num_neighbors=100,
                                    replacement=True),
    'single groups': groups_of(None, num_neighbors=100),
    'groups of 2': groups_of(2),
    'groups of 4': groups_of(4),
    'groups of 8': groups_of(8),
    'groups of 16': groups_of(16),
    'groups of 4, K = 5': groups_of(4, num_neighbors=5),
    'groups of 4, K = 100': groups_of(4, num_neighbors=100),
    'groups of 4, M = 200': groups_of(4, 200, 4),
    'groups of 8, M = 200': groups_of(8, 200, 4),
}
