import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import SVC

from pyg_batchsampler.evaluation import svc_probe
from pyg_batchsampler.evaluation.svc_probe import _squared_distance
from tests.helpers import make_generator, raises


@pytest.mark.parametrize('num_classes, scale', [(2, 1.0), (3, 1e4)])
def test_equals_scikit_learn(num_classes: int, scale: float) -> None:
    label = torch.arange(90) % num_classes
    x = torch.randn(90, 4, generator=make_generator()).double()
    x[:, 0] += label
    x = scale * (x + 7)  # far from zero, and large as sums over nodes are
    grid = {'C': [0.001, 0.01, 0.1, 1, 10, 100, 1000]}
    folds = StratifiedKFold(3, shuffle=True, random_state=5)
    score = []
    for train, test in folds.split(x, label):
        model = GridSearchCV(SVC(), grid, cv=5).fit(x[train], label[train])
        score.append(model.score(x[test], label[test]))
    ours = svc_probe(x, label, num_folds=3, seed=5)
    assert ours == pytest.approx(np.mean(score), abs=1e-12)
    assert ours == svc_probe(x, label, num_folds=3, seed=5, num_workers=1)


def test_squared_distance() -> None:
    x = np.random.default_rng(0).normal(size=(20, 3)) + 1e6
    x[7] = x[4]
    distance = _squared_distance(x)
    assert np.allclose(distance, np.square(x[:, None] - x).sum(axis=-1),
                       rtol=1e-8)
    assert distance.min() == 0 and distance[4, 7] < 1e-12


def test_constant_embedding() -> None:
    label = (torch.arange(40) % 4 == 0).long()
    assert svc_probe(torch.ones(40, 2), label, num_folds=4) == 0.75


def test_circles_need_a_kernel() -> None:
    angle = torch.linspace(0, 50, 60)
    label = torch.arange(60) % 2
    x = torch.stack([angle.cos(), angle.sin()], dim=1) * (1 + label)[:, None]
    assert svc_probe(x, label, num_folds=3) == 1.0


def test_max_iter() -> None:
    label = torch.arange(24) % 2
    x = torch.randn(24, 2, generator=make_generator())
    with pytest.warns(ConvergenceWarning, match="^72 of 72 classifiers "):
        svc_probe(x, label, num_folds=2, max_iter=1)
    with raises(ValueError, "'max_iter' must be at least 1 (got 0)"):
        svc_probe(x, label, max_iter=0)
