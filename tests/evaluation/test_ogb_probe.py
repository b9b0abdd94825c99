import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from pyg_batchsampler.evaluation import ogb_probe
from tests.helpers import make_generator, raises, untouched_random_state

SPLIT = {'train': torch.arange(0, 90), 'valid': torch.arange(90, 120),
         'test': torch.arange(120, 150)}
NAN = float('nan')


def noisy(num_tasks: int, dim: int = 5) -> 'tuple[Tensor, Tensor]':
    x = torch.randn(150, dim, generator=make_generator()).double()
    noise = torch.randn(150, num_tasks, generator=make_generator(1))
    return x, x[:, :num_tasks] + noise


def test_equals_scikit_learn() -> None:
    x, value = noisy(1)
    label = (value > 0).long()
    scaled = StandardScaler().fit(x[:90]).transform(x)
    best = (-1.0, 0.0)
    for penalty in np.logspace(-3, 3, 7):
        model = LogisticRegression(C=penalty, tol=1e-8)
        model.fit(scaled[:90], label[:90, 0])
        score = model.decision_function(scaled)
        valid, test = (roc_auc_score(label[index, 0], score[index])
                       for index in (SPLIT['valid'], SPLIT['test']))
        best = max(best, (valid, test), key=lambda pair: pair[0])
    with untouched_random_state():
        out = ogb_probe(x, label, SPLIT, 'ogbg-molhiv')
    assert out == pytest.approx({'valid': best[0], 'test': best[1]}, abs=1e-12)


def test_tasks_with_unknown_labels() -> None:
    # Both tasks depend on a feature each where they are known.
    x = torch.randn(150, 2, generator=make_generator())
    label = (x > 0).float()
    label[::3, 0] = NAN
    label[1::3, 1] = NAN
    for num_workers in (1, None):
        out = ogb_probe(x, label, SPLIT, 'ogbg-molclintox',
                        num_workers=num_workers)
        assert min(out.values()) > 0.95
    # Constant where the training split knows no or one class: AUC 1/2.
    for constant in (1.0, NAN):
        label[:90, 1] = constant
        half = ogb_probe(x, label, SPLIT, 'ogbg-molclintox')
        assert 0.73 < half['test'] <= 0.75 and 0.73 < half['valid'] <= 0.75


def test_average_precision() -> None:
    # Constant predictions have the share of positives.
    label = torch.zeros(150, 17)
    label[90:105] = label[120:126] = 1
    label[0, 0] = 1
    out = ogb_probe(torch.ones(150, 1), label, SPLIT, 'ogbg-molmuv')
    assert out == pytest.approx({'valid': 0.5, 'test': 0.2})


def test_regression() -> None:
    x, _ = noisy(1)
    label = 3 * x[:, :1] - 2 * x[:, 1:2] + 100
    out = ogb_probe(x, label, SPLIT, 'ogbg-molesol')
    assert max(out.values()) < 1e-3
    label[::2] = NAN
    assert max(ogb_probe(x, label, SPLIT, 'ogbg-molesol').values()) < 1e-3


def test_more_and_repeated_features_than_instances() -> None:
    x, value = noisy(1, dim=100)
    out = ogb_probe(torch.cat([x, x, 0 * x], dim=1), (value > 0).long(),
                    SPLIT, 'ogbg-molhiv')
    assert 0.5 < out['test'] < 1.0


def test_bad_values() -> None:
    x, value = noisy(1)
    label = (value > 0).double()
    with raises(ValueError, "'label' must hold one label per instance and "
                "task of 'ogbg-molhiv', [150, 1] (got [150])"):
        ogb_probe(x, label[:, 0], SPLIT, 'ogbg-molhiv')
    with raises(ValueError, "'label' must be 0, 1 or nan where the metric is "
                "'rocauc'"):
        ogb_probe(x, 2 * label, SPLIT, 'ogbg-molhiv')
    with raises(ValueError, "'split_idx' must hold 'train', 'valid' and "
                "'test' (got ['test', 'train'])"):
        ogb_probe(x, label, {key: SPLIT[key] for key in ('train', 'test')},
                  'ogbg-molhiv')
    with raises(ValueError, "'split_idx' must lie in [0, 150) (got 150 in "
                "'test')"):
        ogb_probe(x, label, {**SPLIT, 'test': torch.tensor([3, 150])},
                  'ogbg-molhiv')
    for index in (torch.tensor([3]), torch.tensor([], dtype=torch.long)):
        with raises(ValueError, "'label' must hold both classes of at least "
                    "one task in every split (got no such task in 'valid')"):
            ogb_probe(x, label, {**SPLIT, 'valid': index}, 'ogbg-molhiv')
    label[120:] = NAN
    with raises(ValueError, "'label' must be known at least once per task in "
                "every split (got none in 'test')"):
        ogb_probe(x, label, SPLIT, 'ogbg-molesol')


def test_max_iter() -> None:
    x, value = noisy(1)
    with pytest.warns(ConvergenceWarning, match=" of 7 classifiers reached "):
        ogb_probe(x, (value > 0).long(), SPLIT, 'ogbg-molhiv', max_iter=1)
