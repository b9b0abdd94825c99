import numpy as np
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from pyg_batchsampler.evaluation.check_classes import check_classes
from pyg_batchsampler.evaluation.one_blas_thread import one_blas_thread

PENALTIES = np.logspace(-1, 4, 6)


def linear_probe(embedding: Tensor, label: Tensor, num_folds: int = 10,
                 seed: int = 0) -> float:
    r"""Returns how well a linear classifier on a frozen embedding predicts
    the classes of held-out instances.

    Features are standardised and a ridge classifier is fitted, both on the
    training folds only, where its penalty is chosen as well (by
    leave-one-out).

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`, each at
            least twice.
        num_folds (int, optional): Number of stratified folds; fewer if the
            rarest class is smaller. (default: :obj:`10`)
        seed (int, optional): Shuffles the folds. (default: :obj:`0`)

    Returns:
        The accuracy in :math:`[0, 1]`, averaged over the test folds.

    Raises:
        ValueError: If there are fewer than two classes, or only one instance
            of one.

    Note:
        The result is that of :class:`RidgeClassifierCV` from scikit-learn on
        standardised features, up to rounding. It takes two fifths of the time
        (``python -m benchmarks.home_made``), with one eigendecomposition of
        the smaller Gram matrix per fold.

    Example:
        >>> label = torch.arange(40) % 2
        >>> linear_probe(torch.eye(2)[label], label)
        1.0
    """
    x, y, num_folds = check_classes(embedding, label, num_folds)
    target = np.where(y[:, None] == np.arange(y.max() + 1), 1.0, -1.0)
    folds = StratifiedKFold(num_folds, shuffle=True, random_state=seed)
    accuracy = []
    with one_blas_thread():
        for train, test in folds.split(x, y):
            scaler = StandardScaler().fit(x[train])
            decision = _ridge_decision(scaler.transform(x[train]),
                                       target[train],
                                       scaler.transform(x[test]))
            accuracy.append((decision.argmax(axis=1) == y[test]).mean())
    return float(np.mean(accuracy))


def _ridge_decision(x: np.ndarray, target: np.ndarray,
                    test: np.ndarray) -> np.ndarray:
    # In the basis of right singular vectors all penalties share one
    # projection. 'x' has centred columns, so the intercept is the mean.
    if x.shape[0] >= x.shape[1]:
        value, basis = np.linalg.eigh(x.T @ x)
    else:
        value, left = np.linalg.eigh(x @ x.T)
        kept = value > value[-1] * 1e-12
        value, basis = value[kept], x.T @ left[:, kept] / value[kept]**0.5
    mean = target.mean(axis=0)
    projected = x @ basis
    moment = projected.T @ (target - mean)
    leverage = np.square(projected) @ (1 / (value[:, None] + PENALTIES))
    error = []
    for i, penalty in enumerate(PENALTIES):
        coefficient = moment / (value + penalty)[:, None]
        residual = target - mean - projected @ coefficient
        # What each residual is when its instance is left out of the fit.
        residual /= 1 - 1 / len(x) - leverage[:, i, None]
        error.append(np.square(residual).mean())
    penalty = PENALTIES[int(np.argmin(error))]
    return test @ basis @ (moment / (value + penalty)[:, None]) + mean
