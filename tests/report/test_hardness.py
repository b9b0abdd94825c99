import pytest
import torch

from pyg_batchsampler import (KNNBatchSampler, UniformBatchSampler,
                              report_batches)
from pyg_batchsampler.report import hardness as module
from pyg_batchsampler.report.hardness import Hardness, measure_hardness
from tests.helpers import clustered, untouched_random_state

X, _ = clustered(500, 8, num_centres=10)


@pytest.mark.parametrize('batch_size', [7, 64, 500])
def test_is_that_of_the_report(batch_size: int) -> None:
    batches = [torch.tensor(batch) for batch in KNNBatchSampler(X, batch_size)]
    with untouched_random_state():
        found = measure_hardness(X, batches)
    measure = report_batches(batches, X)['hardest_negative_similarity']
    assert found.similarity == pytest.approx(measure.mean)
    assert found.uniform == pytest.approx(measure.uniform)
    other = 3 * X + 1
    assert measure_hardness(other, batches, center=True).similarity == (
        pytest.approx(report_batches(batches, other, center=True)[
            'hardest_negative_similarity'].mean))


@pytest.mark.parametrize('batch_size', [16, 500])
def test_of_many_some_tell(batch_size: int,
                           monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [torch.tensor(batch)
               for batch in UniformBatchSampler(500, batch_size)]
    whole = measure_hardness(X, batches)
    monkeypatch.setattr(module, 'NUM_ANCHORS', 200)
    some = measure_hardness(X, batches)
    assert some.similarity != whole.similarity
    assert some.similarity == pytest.approx(whole.similarity, abs=0.03)


def test_nothing_to_compare() -> None:
    for batches in [[], [torch.tensor([3])]]:
        assert str(measure_hardness(X, batches)) == (
            'top-1 similarity nan, of uniform mini-batches nan')
    assert Hardness(0.5, 0.25) == (0.5, 0.25)
