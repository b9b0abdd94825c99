import numpy as np
import pytest
from sklearn.svm import LinearSVC

from pyg_batchsampler.evaluation.finite_newton import finite_newton

GENERATOR = np.random.default_rng(0)
TARGET = np.where(np.arange(80) % 2, 1.0, -1.0)


def make_features(dim: int) -> np.ndarray:
    x = GENERATOR.normal(size=(80, dim))
    x[:, 0] += TARGET
    return x


@pytest.mark.parametrize('penalty', [1e-3, 1.0, 1e3])
def test_equals_scikit_learn(penalty: float) -> None:
    x = make_features(dim=5)
    model = LinearSVC(C=penalty, dual=False, tol=1e-10, max_iter=100_000,
                      fit_intercept=False).fit(x, TARGET)
    weight, converged = finite_newton(x, TARGET, penalty, np.zeros(5), 100)
    assert converged
    np.testing.assert_allclose(weight, model.coef_[0], rtol=1e-4, atol=1e-7)


# Noise; one class far from the other; more features than instances; features
# of very different scale.
@pytest.mark.parametrize('dim, shift, scale', [
    (5, 0.0, 0.0), (5, 9.0, 0.0), (200, 0.0, 0.0), (20, 3.0, 5.0)])
def test_gradient_is_zero(dim: int, shift: float, scale: float) -> None:
    x = make_features(dim)
    x[:, 0] += shift * TARGET
    x *= np.logspace(-scale, scale, dim)
    weight = np.zeros(dim)
    for penalty in np.logspace(-3, 3, 7):
        weight, converged = finite_newton(x, TARGET, penalty, weight, 100)
        assert converged
        pull = 2 * penalty * TARGET * np.maximum(0, 1 - TARGET * (x @ weight))
        total = np.abs(x).T @ np.abs(pull) + np.abs(weight)
        assert (np.abs(weight - x.T @ pull) <= 1e-6 * total).all()


def test_stops_where_it_is_told_to() -> None:
    x = make_features(dim=5)
    weight, converged = finite_newton(x, TARGET, 1.0, np.zeros(5), 1)
    assert not converged
    again, converged = finite_newton(x, TARGET, 1.0, weight, 100)
    assert converged and not np.array_equal(weight, again)
    same, _ = finite_newton(x, TARGET, 1.0, again, 1)
    np.testing.assert_allclose(same, again)
