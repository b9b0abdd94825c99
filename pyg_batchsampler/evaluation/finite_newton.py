from typing import Tuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, lstsq

TOLERANCE = 1e-12  # of the objective, where rounding is all that is left


def finite_newton(
    x: np.ndarray,
    target: np.ndarray,
    penalty: float,
    weight: np.ndarray,
    max_iter: int,
) -> Tuple[np.ndarray, bool]:
    r"""Returns the weights of a linear support vector machine with squared
    hinge loss, and whether they are the optimum, by the method of the
    `"A Modified Finite Newton Method for Fast Solution of Large Scale Linear
    SVMs" <https://jmlr.org/papers/v6/keerthi05a.html>`_ paper.

    Minimises :math:`\frac{1}{2} {\lVert \mathbf{w} \rVert}^2 + C \sum_i
    \max(0, 1 - y_i \, \mathbf{w}^\top \mathbf{x}_i)^2`, which is quadratic as
    long as no instance enters or leaves the margin: steps of Newton's method
    end at the optimum, whatever the scale of the features.

    Args:
        x (numpy.ndarray): One row per instance, :math:`[N, D]`; a column of
            ones makes an intercept.
        target (numpy.ndarray): -1 or 1 per instance, :math:`[N]`.
        penalty (float): The factor :math:`C` of the loss.
        weight (numpy.ndarray): Where to start from, :math:`[D]`.
        max_iter (int): Steps after which the solver gives up.

    Example:
        >>> x, target = np.array([[1.0], [-1.0]]), np.array([1.0, -1.0])
        >>> finite_newton(x, target, 1.0, np.zeros(1), max_iter=10)
        (array([0.8]), True)
    """
    margin = target * (x @ weight)
    value = _objective(weight, margin, penalty)
    for _ in range(max_iter):
        inside = margin < 1
        step = weight - _ridge(x[inside], target[inside], penalty)
        change = target * (x @ step)
        within = change[inside]
        slope, size = step @ step + 2 * penalty * (within @ within), 1.0
        while True:
            new = _objective(weight - size * step, margin - size * change,
                             penalty)
            if new <= value - 1e-4 * size * slope or size < 1e-8:
                break
            size /= 2
        weight = weight - size * step
        margin = margin - size * change
        if value - new <= TOLERANCE * value or (
                size == 1 and np.array_equal(inside, margin < 1)):
            return weight, True
        value = new
    return weight, False


def _objective(weight: np.ndarray, margin: np.ndarray,
               penalty: float) -> float:
    lack = np.maximum(0, 1 - margin)
    return float(weight @ weight / 2 + penalty * (lack @ lack))


def _ridge(x: np.ndarray, target: np.ndarray, penalty: float) -> np.ndarray:
    r"""Returns the optimum as long as these instances stay within the margin
    and the others beyond it: a ridge regression, :math:`[D]`."""
    hessian = 2 * penalty * (x.T @ x)
    hessian[np.diag_indices_from(hessian)] += 1
    try:
        return cho_solve(cho_factor(hessian, overwrite_a=True),
                         2 * penalty * (x.T @ target))
    except (LinAlgError, ValueError):  # large squares leave nothing of the 1
        scale = (2 * penalty)**0.5
        return lstsq(np.vstack([scale * x, np.eye(x.shape[1])]),
                     np.append(scale * target, np.zeros(x.shape[1])))[0]
