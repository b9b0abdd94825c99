import pytest
from scipy import stats

from benchmarks.paired import holm, paired_difference


def test_agrees_with_scipy() -> None:
    a, b = [1.0, 2.5, 3.0, 4.5], [0.5, 2.0, 3.5, 3.0]
    result = stats.ttest_rel(a, b)
    difference = paired_difference(a, b)
    assert difference.p_value == pytest.approx(result.pvalue)
    low, high = result.confidence_interval()
    assert difference.mean == pytest.approx((low + high) / 2)
    assert difference.half_width == pytest.approx((high - low) / 2)
    assert difference.detectable > difference.half_width


def test_without_spread() -> None:
    assert paired_difference([1.0, 2.0], [1.0, 2.0]).p_value == 1
    assert paired_difference([2.0, 3.0], [1.0, 2.0]).p_value == 0
    assert paired_difference([1.0], [0.5]).mean == 0.5


def test_holm() -> None:
    assert holm([]) == []
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([0.01, 0.02, 0.04]) == pytest.approx([0.03, 0.04, 0.04])
