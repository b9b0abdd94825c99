from itertools import combinations

import pytest
import torch

from pyg_batchsampler import (hardest_negative_similarity,
                              hardest_same_label_rate)
from pyg_batchsampler.report import uniform_hardness as module
from pyg_batchsampler.report.uniform_hardness import uniform_hardness
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator, untouched_random_state

X = torch.randn(8, 3, generator=make_generator())
LABEL = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])


@pytest.mark.parametrize('sizes', [[2], [3], [8], [2, 5, 5, 5], [1, 4, 0]])
def test_is_the_mean_over_all_mini_batches(sizes: 'list[int]') -> None:
    r"""About 8,000 anchors, so that the standard error is below a hundredth
    of a range of two."""
    similarity, rate = [], []
    for size in sizes:
        if size > 1:
            batches = list(combinations(range(8), size))
            similarity.append(hardest_negative_similarity(X, batches).mean())
            rate.append(hardest_same_label_rate(X, LABEL, batches).mean())
    with untouched_random_state():
        found = uniform_hardness(UnitRows(X), sizes, LABEL)
    assert found.similarity == pytest.approx(
        float(torch.stack(similarity).mean()), abs=0.03)
    assert found.same_label_rate == pytest.approx(
        float(torch.stack(rate).mean()), abs=0.03)
    assert found == uniform_hardness(UnitRows(X), sizes, LABEL)


def test_sizes_that_no_uniform_mini_batch_has() -> None:
    x = UnitRows(X)
    assert uniform_hardness(x, [99])[0] == uniform_hardness(x, [8])[0]
    for sizes in [[], [0, 1]]:
        assert str(uniform_hardness(x, sizes)) == (
            'UniformHardness(similarity=nan, same_label_rate=nan)')
    one = uniform_hardness(UnitRows(X[:1]), [4])
    assert one.similarity != one.similarity


def test_large_mini_batches_have_their_say_by_some_anchors(
        monkeypatch: pytest.MonkeyPatch) -> None:
    x, label = clustered(3000, 8)
    whole = uniform_hardness(UnitRows(x), [3000], label)
    assert whole.similarity == pytest.approx(
        float(hardest_negative_similarity(x, [range(3000)])), abs=1e-5)
    monkeypatch.setattr(module, 'NUM_ANCHORS', 500)
    some = uniform_hardness(UnitRows(x), [3000], label)
    assert some.similarity == pytest.approx(whole.similarity, abs=0.01)
    assert some.same_label_rate == pytest.approx(whole.same_label_rate,
                                                 abs=0.06)


def test_unknown_labels_have_no_say() -> None:
    nan = float('nan')
    label = torch.stack([LABEL.float(), torch.full((8, ), nan)], dim=1)
    x = UnitRows(X)
    assert uniform_hardness(x, [4], label) == uniform_hardness(x, [4], LABEL)
    none = uniform_hardness(x, [4], label[:, 1])
    assert none.same_label_rate != none.same_label_rate
