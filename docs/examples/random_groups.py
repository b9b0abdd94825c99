r"""A strategy from outside the package: random groups of near instances."""

from dataclasses import dataclass

import torch

from pyg_batchsampler import Strategy, option, register_strategy


@register_strategy('random_groups')
@dataclass(frozen=True)
class RandomGroups(Strategy):
    r"""Mini-batches of random groups: a random instance that is left with its
    nearest ones among a random subset of the others that are left."""
    group_size: int = option(8, 'instances per group')
    num_candidates: int = option(1000, 'others that are looked at per group')

    def order(self, request):
        x, left, groups = request.rows, request.remaining, []
        while left.numel() > self.group_size:
            some = left[:self.num_candidates]  # they are in random order
            similarity = x[some] @ x[some[:1]][0]
            similarity[0] = torch.inf  # the first one is in any case
            index = similarity.topk(min(self.group_size, some.numel())).indices
            groups.append(left[index.cpu()])
            left = left[~torch.isin(left, groups[-1])]
        shuffled = torch.randperm(len(groups), generator=request.generator)
        return torch.cat([*(groups[i] for i in shuffled), left])

    def check(self, num_instances):
        if not 1 <= self.group_size <= self.num_candidates:
            raise ValueError("'group_size' must lie in [1, num_candidates] "
                             f"(got {self.group_size})")
