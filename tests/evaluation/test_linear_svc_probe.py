import warnings
from typing import List

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import LinearSVC

from pyg_batchsampler.evaluation import linear_svc_probe
from tests.helpers import make_generator, raises


# More instances than features, and fewer.
@pytest.mark.parametrize('num_classes, dim', [(3, 4), (2, 70)])
def test_equals_scikit_learn(num_classes: int, dim: int) -> None:
    label = torch.arange(60) % num_classes
    x = torch.randn(60, dim, generator=make_generator()).double()
    x[:, 0] += label
    grid = {'C': [0.001, 0.01, 0.1, 1, 10, 100, 1000]}
    folds = StratifiedKFold(3, shuffle=True, random_state=5)
    score = []
    for train, test in folds.split(x, label):
        model = LinearSVC(dual=False, tol=1e-9, max_iter=100_000)
        search = GridSearchCV(model, grid, cv=5).fit(x[train], label[train])
        score.append(search.score(x[test], label[test]))
    ours = linear_svc_probe(x, label, num_folds=3, seed=5)
    assert ours == np.mean(score)


def test_number_of_workers_does_not_matter() -> None:
    label = torch.arange(30) % 2
    x = torch.randn(30, 40, generator=make_generator())
    rate = [linear_svc_probe(x, label, num_folds=3, num_workers=num_workers)
            for num_workers in (1, 2)]
    assert rate[0] == rate[1]


def test_max_iter() -> None:
    label = torch.arange(24) % 2
    x = torch.randn(24, 2, generator=make_generator())
    with pytest.warns(ConvergenceWarning, match=" of 72 classifiers stopped "):
        linear_svc_probe(x, label, num_folds=2, max_iter=1)
    with raises(ValueError, "'max_iter' must be at least 1 (got 0)"):
        linear_svc_probe(x, label, max_iter=0)


# Zeros; what is as large as can be; features of which some are lost in the
# squares of the others.
@pytest.mark.parametrize('scale', [[0.0] * 90, [3e38] * 90,
                                   [1.0] * 45 + [1e8] * 45])
def test_extreme_embeddings(scale: List[float]) -> None:
    label = torch.arange(60) % 3
    x = torch.randn(60, 90, generator=make_generator()).clamp(-1, 1)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        rate = linear_svc_probe(x * torch.tensor(scale), label, num_folds=2)
    assert 0 <= rate <= 1
