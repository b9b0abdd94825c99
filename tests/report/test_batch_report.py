import pytest
import torch

from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              in_batch_similarity, report_batches,
                              same_label_rate)
from tests.helpers import clustered, raises

X, LABEL = clustered(300, 8, num_centres=10)


def test_measures_are_those_of_the_functions() -> None:
    batches = list(ProximityBatchSampler(X, 32))
    report = report_batches(batches, X, LABEL)
    assert report.sizes == [32] * 9 + [12]
    assert report['similarity'].values.equal(in_batch_similarity(X, batches))
    assert report['same_label_rate'].values.equal(
        same_label_rate(LABEL, batches))
    assert report.means() == {
        'similarity': float(in_batch_similarity(X, batches).mean()),
        'same_label_rate': float(same_label_rate(LABEL, batches).mean())}
    assert report_batches(batches, X).measures.keys() == {'similarity'}
    assert report_batches(batches, label=LABEL).measures.keys() == {
        'same_label_rate'}


def test_uniform_values_are_the_means_of_uniform_mini_batches() -> None:
    sampler = UniformBatchSampler(300, 10)
    report = report_batches([batch for _ in range(40) for batch in sampler],
                            X, LABEL)
    for measure in report.measures.values():
        error = float(measure.values.std()) / len(report.sizes)**0.5
        assert measure.mean == pytest.approx(measure.uniform, abs=4 * error)


def test_tasks_and_single_instances_have_no_say() -> None:
    label = torch.tensor([[0, float('nan')], [0, 1], [1, 1]])
    report = report_batches([[0, 1, 2], [1, 2], [0]], torch.eye(3), label)
    assert report['same_label_rate'].values.size() == (3, 2)
    assert report['same_label_rate'].mean == pytest.approx(
        (1 / 3 + 1 + 0 + 1) / 4)
    assert report['same_label_rate'].uniform == pytest.approx((1 / 3 + 1) / 2)
    assert report['similarity'].mean == 0


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
