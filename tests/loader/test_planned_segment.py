from typing import Any, List

import pytest
import torch

from pyg_batchsampler import UniformBatchSampler
from pyg_batchsampler.loader import planned_segment as module
from pyg_batchsampler.loader.planned_segment import PlannedSegment
from pyg_batchsampler.report.hardness import Hardness, measure_hardness
from tests.helpers import clustered

X = clustered(60, 4)[0] + 2
BATCHES = [torch.tensor(batch) for batch in UniformBatchSampler(60, 16)]


@pytest.mark.parametrize('center', [False, True])
def test_hardness_is_that_of_its_mini_batches(center: bool) -> None:
    segment = PlannedSegment(BATCHES, X, center)
    assert segment.hardness == measure_hardness(X, BATCHES, center)


def test_none_without_an_embedding() -> None:
    assert PlannedSegment(BATCHES, None, center=False).hardness is None


def test_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: List[Any] = []

    def measure(*args: Any) -> Hardness:
        calls.append(args)
        return Hardness(0.5, 0.25)

    monkeypatch.setattr(module, 'measure_hardness', measure)
    segment = PlannedSegment(BATCHES, X, center=False)
    assert not calls
    assert segment.hardness is segment.hardness and len(calls) == 1


def test_each_is_its_own() -> None:
    first, second = (PlannedSegment(BATCHES, X, center=False)
                     for _ in range(2))
    assert first == first and first != second  # tensors have no truth
