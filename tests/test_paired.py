import pandas as pd
import pytest
from scipy import stats

from benchmarks import graph_table
from benchmarks.paired import Difference, holm, paired_difference, verdicts


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


def test_verdicts() -> None:
    def difference(mean: float, p_value: float, n: int = 10) -> Difference:
        return Difference(mean, 0.1, 0.2, p_value, 0.3, n)

    cells = {('A', 'DCL', 'once'): difference(1.0, 0.001),
             ('A', 'DCL', 'knn'): difference(-1.0, 0.002),
             ('A', 'DCL', 'walks'): difference(0.1, 0.03),
             ('A', 'DCL', 'guarded'): difference(1.0, 0.0, n=9),
             ('B', 'DCL', 'once'): difference(1.0, 0.0),
             ('C', 'DCL', 'once'): difference(1.0, 0.0)}
    rows = verdicts(cells, {('A', 'DCL'): True, ('B', 'DCL'): False})
    # Three cells are tested: p = 0.003, 0.004 and 0.03.
    assert {(row[0], row[2], row[7]) for row in rows[1:]} == {
        ('A', 'once', '**better**'), ('A', 'knn', '**worse**'),
        ('A', 'walks', '**better**'),
        ('A', 'guarded', 'not tested'),
        ('B', 'once', 'no room'), ('C', 'once', 'not tested')}
    assert [row[5] for row in rows[1:]].count('0.004') == 1


def test_room_is_what_uniform_mini_batches_gain() -> None:
    def runs(shift: float) -> 'pd.DataFrame':
        seeds = range(10)
        return pd.DataFrame(dict(seed=seeds, accuracy=[
            0.5 + 0.01 * (seed % 3) + shift * (1 + 0.1 * (seed % 2))
            for seed in seeds]))

    for shift, verdict in [(0.1, '**worse**'), (-0.1, 'no room'),
                           (0.0, 'no room')]:
        table = graph_table._differences({
            ('A', 'DCL', 'untrained'): runs(0.0),
            ('A', 'DCL', 'uniform'): runs(shift),
            ('A', 'DCL', 'once'): runs(shift - 0.05)})
        assert [row[-1] for row in table[1:]] == [verdict]
