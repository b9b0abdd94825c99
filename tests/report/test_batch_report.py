from typing import Any, List

import pytest
import torch

from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity,
                              hardest_same_label_rate, in_batch_similarity,
                              report_batches, same_label_rate, spread)
from tests.helpers import clustered, raises, untouched_random_state

X, LABEL = clustered(300, 8, num_centres=10)


def test_measures_are_those_of_the_functions() -> None:
    batches = list(ProximityBatchSampler(X, 32))
    report = report_batches(batches, X, LABEL)
    assert report.sizes == [32] * 9 + [12]
    expected = dict(
        similarity=in_batch_similarity(X, batches),
        hardest_negative_similarity=hardest_negative_similarity(X, batches),
        spread=spread(X, batches),
        same_label_rate=same_label_rate(LABEL, batches),
        hardest_same_label_rate=hardest_same_label_rate(X, LABEL, batches))
    assert list(report.measures) == list(expected)
    for name, values in expected.items():
        assert report[name].values.equal(values)
        assert report.means()[name] == float(values.mean())
    assert list(report_batches(batches, X).measures) == list(expected)[:3]
    assert list(report_batches(batches, label=LABEL).measures) == [
        'same_label_rate']


def test_center_is_the_same_of_a_standardised_embedding() -> None:
    skewed = 5 + X * torch.arange(1, 9)
    batches = [range(20), range(20, 60)]
    other = (skewed - skewed.mean(dim=0)) / skewed.std(dim=0)
    report = report_batches(batches, skewed, LABEL, center=True)
    expected = report_batches(batches, other, LABEL)
    for name, measure in report.measures.items():
        assert torch.allclose(measure.values, expected[name].values,
                              atol=1e-5)
        assert measure.uniform == pytest.approx(expected[name].uniform,
                                                abs=1e-5)
    functions: List[Any] = [in_batch_similarity, hardest_negative_similarity,
                            spread]
    for function in functions:
        assert torch.allclose(function(skewed, batches, center=True),
                              function(other, batches), atol=1e-5)
    assert hardest_same_label_rate(skewed, LABEL, batches, center=True).equal(
        hardest_same_label_rate(other, LABEL, batches))


def test_uniform_values_are_the_means_of_uniform_mini_batches() -> None:
    sampler = UniformBatchSampler(300, 16)
    with untouched_random_state():
        report = report_batches([batch for _ in range(40)
                                 for batch in sampler], X, LABEL)
    assert set(report.sizes) == {16, 12}
    for measure in report.measures.values():
        error = float(measure.values.std()) / len(report.sizes)**0.5
        assert measure.mean == pytest.approx(measure.uniform, abs=6 * error)


def test_tasks_and_single_instances_have_no_say() -> None:
    label = torch.tensor([[0, float('nan')], [0, 1], [1, 1]])
    report = report_batches([[0, 1, 2], [1, 2], [0]], torch.eye(3), label)
    assert report['same_label_rate'].values.size() == (3, 2)
    assert report['same_label_rate'].mean == pytest.approx(
        (1 / 3 + 1 + 0 + 1) / 4)
    assert report['same_label_rate'].uniform == pytest.approx((1 / 3 + 1) / 2)
    assert report['similarity'].mean == 0
    hardest = report['hardest_same_label_rate']
    assert hardest.values.size() == (3, 2)
    assert hardest.values[2].isnan().all() and 0 <= hardest.uniform <= 1


def test_rows_that_are_all_the_same() -> None:
    report = report_batches([[0, 1], [2, 3]], torch.ones(4, 2))
    assert report['spread'].uniform != report['spread'].uniform  # nan
    assert report['hardest_negative_similarity'].uniform == pytest.approx(1)


def test_single_instances_only() -> None:
    report = report_batches([[0], []], torch.eye(2), torch.arange(2))
    for name in ['hardest_negative_similarity', 'hardest_same_label_rate']:
        assert report[name].mean != report[name].mean
        assert report[name].uniform != report[name].uniform


def test_as_a_table() -> None:
    report = report_batches([[0, 1, 2], [1, 2]], label=torch.tensor([0, 0, 1]))
    assert str(report) == ('2 mini-batches of 2 to 3 instances\n'
                           '                    mean   uniform\n'
                           'same label rate    0.167     0.333')
    assert str(report_batches([[0]], torch.eye(2))).startswith(
        '1 mini-batch of 1 instance\n')


def test_bad_arguments() -> None:
    with raises(ValueError, "'embedding' or 'label' must be given: without, "
                'there is nothing to tell of mini-batches'):
        report_batches([[0]])
    with raises(ValueError, "'embedding' and 'label' must be of the same "
                'instances (got 300 and 2)'):
        report_batches([[0]], X, torch.zeros(2))
    with raises(ValueError, "'batches' must hold instances in [0, 300) (got "
                '300)'):
        report_batches([[300]], X)
    with raises(ValueError, "'batches' must hold at least one mini-batch (got "
                'none). Iterate over a generator once, or keep list(sampler)'):
        report_batches([], X)


@pytest.mark.parametrize('given,name,message', [
    ((X, LABEL), 'spred', "no measure 'spred'. Available: 'similarity', "
     "'hardest_negative_similarity', 'spread', 'same_label_rate', "
     "'hardest_same_label_rate'"),
    ((X, ), 'same_label_rate', "no measure 'same_label_rate'. Available: "
     "'similarity', 'hardest_negative_similarity', 'spread'. It needs "
     "'label', too"),
    ((None, LABEL), 'spread', "no measure 'spread'. Available: "
     "'same_label_rate'. It needs 'embedding', too")])
def test_no_such_measure(given: Any, name: str, message: str) -> None:
    report = report_batches([[0, 1]], *given)
    with raises(KeyError, repr(message)):
        report[name]
