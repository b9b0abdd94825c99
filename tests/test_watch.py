from typing import List

import pytest
import torch

from benchmarks.watch import Watch
from pyg_batchsampler.training import EpochResult, Step

X = torch.eye(2)[[0, 0, 1, 1]]  # two pairs of one place


def epoch(number: int, batches: List[List[int]],
          x: torch.Tensor) -> EpochResult:
    return EpochResult(number, 0.0, [torch.tensor(b) for b in batches], x)


def step(number: int, batch: List[int]) -> Step:
    index = torch.tensor(batch)
    return Step(number, index, torch.tensor(0.0), (X[index], X[index]))


def test_full_mini_batches_after_warm_up_are_measured() -> None:
    watch = Watch(2, warmup_epochs=1)
    watch.on_step(step(1, [0, 1]))  # warm-up
    watch.on_epoch(epoch(1, [[0, 1], [2, 3]], X))
    assert watch.measures() == {}
    watch.on_step(step(2, [0, 2]))
    watch.on_step(step(2, [1]))  # not full
    assert watch.measures() == dict(similarity=0.0,
                                    hardest_negative_similarity=0.0)
    # Planned by what was known before: the embedding of the epoch before.
    watch.on_epoch(epoch(2, [[0, 1], [3]], X.flip(0)[[0, 2, 1, 3]]))
    found = watch.measures()
    assert found['planned_similarity'] == pytest.approx(1.0)
    assert found['planned_hardest_negative_similarity'] == pytest.approx(1.0)
    assert found['spread'] == pytest.approx(0.0, abs=1e-6)
    assert found['coverage'] == 0.75


def test_an_embedding_that_stays() -> None:
    watch = Watch(2, 0, torch.tensor([0, 0, 1, 1]), embedding=X)
    watch.on_epoch(epoch(1, [[0, 2], [1, 3]], torch.zeros(4, 2)))
    found = watch.measures()
    assert found['planned_similarity'] == pytest.approx(0.0)
    assert found['same_label_rate'] == 0.0
