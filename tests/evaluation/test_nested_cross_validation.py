from typing import Any, Dict, Iterable, List, Sequence, Tuple

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from pyg_batchsampler.evaluation.nested_cross_validation import (
    PENALTIES, nested_cross_validation)
from tests.helpers import raises

LABEL = np.array([0] * 30 + [1] * 9 + [2] * 3)


def test_folds() -> None:
    calls: List[Tuple[List[int], List[int], int]] = []

    def score(train: np.ndarray, test: np.ndarray,
              penalties: Sequence[float]) -> List[Tuple[float, bool]]:
        calls.append((train.tolist(), test.tolist(), len(penalties)))
        return [(1.0, True)] * len(penalties)

    assert nested_cross_validation(score, LABEL, 3, 0, num_workers=1) == 1.0
    # The rarest class has two instances in each training part.
    searched, outer = calls[:6], calls[6:]
    assert len(outer) == 3
    assert sorted(i for _, test, _ in outer for i in test) == list(range(42))
    for i, (train, test, num_penalties) in enumerate(outer):
        assert num_penalties == 1 and sorted(train + test) == list(range(42))
        inner = searched[2 * i:2 * i + 2]
        assert sorted(inner[0][1] + inner[1][1]) == sorted(train)
        for inner_train, inner_test, num_penalties in inner:
            assert num_penalties == len(PENALTIES)
            assert sorted(inner_train + inner_test) == sorted(train)
            assert set(LABEL[inner_train]) == set(LABEL[inner_test])
            assert not set(inner_train + inner_test) & set(test)


def test_first_of_the_best_penalties() -> None:
    def score(train: np.ndarray, test: np.ndarray,
              penalties: Sequence[float]) -> List[Tuple[float, bool]]:
        if len(penalties) > 1:
            return [(a, True) for a in (0, 0.5, 0.7, 0.7, 0.6, 0.7, 0)]
        return [(penalties[0], True)]

    for num_workers in (1, 2):
        mean = nested_cross_validation(score, LABEL, 3, 0,
                                       num_workers=num_workers)
        assert mean == pytest.approx(PENALTIES[2])


def test_progress_and_warning() -> None:
    seen: Dict[str, Any] = {}

    def progress(results: Iterable[Any], **kwargs: Any) -> List[Any]:
        results = list(results)
        seen.update(kwargs, count=len(results))
        return results

    def score(train: np.ndarray, test: np.ndarray,
              penalties: Sequence[float]) -> List[Tuple[float, bool]]:
        return [(1.0, penalty < 100) for penalty in penalties]

    with pytest.warns(ConvergenceWarning, match=(
            "^12 of 45 classifiers stopped before they converged and are "
            "scored as they are. Raise 'max_iter', or bring features to a "
            "common scale$")):
        nested_cross_validation(score, LABEL, 3, 0, num_workers=2,
                                progress=progress)
    assert seen == dict(desc='Evaluating', leave=False, total=9, count=9)


def test_bad_num_workers() -> None:
    with raises(ValueError, "'num_workers' must be at least 1 (got 0)"):
        nested_cross_validation(lambda *_: [], LABEL, 3, 0, num_workers=0)
