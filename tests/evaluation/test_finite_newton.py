import numpy as np
import pytest
from sklearn.svm import LinearSVC

from pyg_batchsampler.evaluation.finite_newton import finite_newton

TARGET = np.where(np.arange(80) % 2, 1.0, -1.0)


def make_features(dim: int) -> np.ndarray:
    x = np.random.default_rng(0).normal(size=(80, dim))
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


# A few embeddings far longer than the others: a step of Newton's method leads
# into their margin after a tiny part of it.
@pytest.mark.parametrize('sigma, scale, has_digits', [
    (2, 1.0, True), (2, 1e2, True), (2, 1e3, False), (3, 1e2, False)])
def test_optimum_does_not_depend_on_the_start(
        sigma: float, scale: float, has_digits: bool) -> None:
    length = np.exp(sigma * np.random.default_rng(1).normal(size=(80, 1)))
    x, weight = scale * length * make_features(dim=40), np.zeros(40)
    for penalty in np.logspace(-3, 3, 7):
        weight, warm = finite_newton(x, TARGET, penalty, weight, 100)
        other, cold = finite_newton(x, TARGET, penalty, np.zeros(40), 100)
        lacks = [np.maximum(0, 1 - TARGET * (x @ w)) for w in [weight, other]]
        values = [w @ w / 2 + penalty * (lack @ lack)
                  for w, lack in zip([weight, other], lacks)]
        assert values[0] == pytest.approx(values[1], rel=1e-6)
        if has_digits:  # enough of them to show that it is the optimum
            assert warm and cold
