import numpy as np
import pytest
import torch
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pyg_batchsampler.evaluation import linear_probe
from tests.helpers import make_generator


# More instances than features, fewer, constant and repeated features.
@pytest.mark.parametrize('num_classes', [2, 3])
@pytest.mark.parametrize('dim', [4, 90])
def test_equals_scikit_learn(num_classes: int, dim: int) -> None:
    label = torch.arange(72) % num_classes
    x = torch.randn(72, dim, generator=make_generator())
    x[:, 0] += label
    x[:, 1], x[:, 2] = 3.1, x[:, 0]
    model = make_pipeline(StandardScaler(),
                          RidgeClassifierCV(np.logspace(-1, 4, 6)))
    folds = StratifiedKFold(5, shuffle=True, random_state=3)
    score = cross_val_score(model, x.double().numpy(), label.numpy(),
                            cv=folds)
    ours = linear_probe(x, label, num_folds=5, seed=3)
    assert ours == pytest.approx(score.mean(), abs=1e-12)


def test_scale_of_features_does_not_matter() -> None:
    label = torch.arange(60) % 2
    x = torch.randn(60, 3, generator=make_generator()) + label.view(-1, 1)
    scale = torch.tensor([1e-6, 1.0, 1e6])
    assert linear_probe(x, label) == linear_probe(x * scale, label)


def test_constant_embedding() -> None:
    label = (torch.arange(40) % 4 == 0).long()
    assert linear_probe(torch.ones(40, 2), label) == 0.75
    assert linear_probe(torch.ones(40, 50), label) == 0.75
