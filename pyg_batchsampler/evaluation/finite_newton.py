from typing import Tuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, lstsq
from scipy.optimize import brentq

TOLERANCE = 1e-8  # how far a value may be above the optimum, relative to it
SMALLEST = np.finfo(float).tiny


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
    long as no instance enters or leaves the margin, so that few steps of
    Newton's method end at the optimum. By how much a value is above that of
    the optimum is known, too: the objective is strongly convex, so that half
    of the squared norm of the gradient is a bound.

    For what it saves beside scikit-learn, see :meth:`linear_svc_probe`.

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
    for taken in range(max_iter + 1):
        active = margin < 1
        support = (2 * penalty)**0.5 * x[active]
        residual = (2 * penalty)**0.5 * (target * (margin - 1))[active]
        gradient = weight + support.T @ residual
        if gradient @ gradient <= 2 * TOLERANCE * value:
            return weight, True
        if taken == max_iter:
            break
        step = _step(support, residual, weight, gradient)
        size = _size(weight, margin, step, target * (x @ step), penalty)
        new_weight = weight - size * step
        new_margin = target * (x @ new_weight)
        new_value = _objective(new_weight, new_margin, penalty)
        if not new_value < value:  # all that is left is rounding
            break
        weight, margin, value = new_weight, new_margin, new_value
    return weight, False


def _objective(weight: np.ndarray, margin: np.ndarray,
               penalty: float) -> float:
    slack = np.maximum(0, 1 - margin)
    return float(weight @ weight / 2 + penalty * (slack @ slack))


def _size(weight: np.ndarray, margin: np.ndarray, step: np.ndarray,
          change: np.ndarray, penalty: float) -> float:
    r"""Returns how far to go along a step: to where the objective, whose
    slope there is increasing and piecewise linear, is smallest. That may be
    a tiny part of the step, as instances far from the origin enter the margin
    early."""
    def slope(size: float) -> float:
        slack = np.maximum(0, 1 - margin + size * change)
        return float((size * step - weight) @ step +
                     2 * penalty * (slack @ change))

    high = 1.0
    while slope(high) < 0:
        high *= 2
    if slope(0.0) >= 0:  # not downhill, but for rounding
        return 0.0
    return float(brentq(slope, 0.0, high, xtol=SMALLEST, disp=False))


def _step(support: np.ndarray, residual: np.ndarray, weight: np.ndarray,
          gradient: np.ndarray) -> np.ndarray:
    r"""Returns the way to the optimum of the quadratic, :math:`[D]`."""
    hessian = support.T @ support
    hessian[np.diag_indices_from(hessian)] += 1
    try:
        return cho_solve(cho_factor(hessian, overwrite_a=True), gradient)
    except (LinAlgError, ValueError):  # large squares leave nothing of the 1
        return lstsq(np.vstack([support, np.eye(len(weight))]),
                     np.append(residual, weight))[0]
