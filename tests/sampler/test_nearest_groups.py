from typing import List

import pytest
import torch
from torch import Tensor

from pyg_batchsampler.sampler.nearest_groups import nearest_groups
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator


def step_by_step(x: Tensor, instances: List[int], k: int) -> List[int]:
    out: List[int] = []
    left = list(instances)
    while left:
        group = [left.pop(0)]
        while len(group) < k and left:
            near = [max(float(x[i] @ x[j]) for j in group) for i in left]
            group.append(left.pop(near.index(max(near))))
        out += group
    return out


@pytest.mark.parametrize('k', [1, 2, 3, 5, 16, 20])
def test_oracle(k: int) -> None:
    x, _ = clustered(64, 5, num_centres=6)
    sets = torch.randperm(64, generator=make_generator()).view(4, 16)
    expected = [step_by_step(x, row, k) for row in sets.tolist()]
    assert nearest_groups(UnitRows(x), sets, k).tolist() == expected


def test_clusters_are_groups() -> None:
    x = torch.eye(8).repeat_interleave(4, dim=0)
    sets = torch.randperm(32, generator=make_generator()).view(1, 32)
    groups = nearest_groups(UnitRows(x), sets, 4).view(8, 4) // 4
    assert (groups == groups[:, :1]).all()


def test_degenerate_sets() -> None:
    x = UnitRows(torch.zeros(6, 2))
    assert nearest_groups(x, torch.arange(6).view(2, 3), 2).tolist() == [
        [0, 1, 2], [3, 4, 5]]
    assert nearest_groups(x, torch.tensor([[4]]), 3).tolist() == [[4]]
    nothing = torch.empty(0, 4, dtype=torch.long)
    assert nearest_groups(x, nothing, 2).size() == (0, 4)
