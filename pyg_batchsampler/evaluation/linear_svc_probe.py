from functools import partial
from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.evaluation.check_classes import check_classes
from pyg_batchsampler.evaluation.finite_newton import finite_newton
from pyg_batchsampler.evaluation.nested_cross_validation import \
    nested_cross_validation


def linear_svc_probe(
    embedding: Tensor,
    label: Tensor,
    num_folds: int = 10,
    seed: int = 0,
    *,
    max_iter: int = 1000,
    num_workers: Optional[int] = None,
    progress: Optional[Callable[..., Any]] = None,
) -> float:
    r"""Returns how well a linear support vector machine predicts the classes
    of held-out instances from a frozen embedding: the evaluation of the
    `"Contrastive Multi-View Representation Learning on Graphs"
    <https://arxiv.org/abs/2006.05582>`_ paper.

    In each training part of the stratified, shuffled folds the penalty
    :math:`C \in \{10^{-3}, \ldots, 10^3\}` with the highest accuracy in an
    inner 5-fold cross-validation is chosen. The features are taken as they
    are.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`, each at
            least three times.
        num_folds (int, optional): Number of folds; fewer if the rarest class
            is smaller. (default: :obj:`10`)
        seed (int, optional): Shuffles the folds. (default: :obj:`0`)
        max_iter (int, optional): Steps after which a solver gives up; few
            need twenty. (default: :obj:`1000`)
        num_workers (int, optional): Classifiers fitted at a time, in
            threads; all cores if not given. (default: :obj:`None`)
        progress (callable, optional): Makes a progress bar around an
            iterable, *e.g.*, :obj:`tqdm.tqdm`. (default: :obj:`None`)

    Returns:
        The accuracy in :math:`[0, 1]`, averaged over the test folds.

    Raises:
        ValueError: If there are fewer than two classes, or fewer than three
            instances of one (four for two folds).

    Warns:
        ConvergenceWarning: Once, with the number of classifiers that did not
            converge: they reached :obj:`max_iter`, or their features are of
            such different scale that rounding hides the optimum.

    Note:
        In each fold, :obj:`GridSearchCV(LinearSVC(), {'C': …}, cv=5)` from
        scikit-learn would have the same result, if its solver came to the
        optimum. On sums over nodes and for large :math:`C`, its thousand
        steps are too few, and so were those of the release. Here Newton's
        method solves the primal problem and starts from the solution for the
        penalty before, in a sixth of the time on MUTAG and an eighteenth on
        PROTEINS (``python -m benchmarks.home_made``).

    Example:
        >>> label = torch.arange(40) % 2
        >>> linear_svc_probe(torch.eye(2)[label], label)
        1.0
    """
    x, y, num_folds = check_classes(embedding, label, num_folds, nested=True)
    max_iter = check_integer('max_iter', max_iter, low=1)
    score = partial(_score, x, _targets(y), y, max_iter)
    return nested_cross_validation(score, y, num_folds, seed,
                                   num_workers=num_workers, progress=progress)


def _targets(y: np.ndarray) -> np.ndarray:
    r"""Returns -1 and 1 for every class against all others, or for the second
    of two, :math:`[1, N]`."""
    positive = np.arange(y.max() + 1) if y.max() > 1 else np.ones(1)
    return np.where(y == positive[:, None], 1.0, -1.0)


def _score(x: np.ndarray, targets: np.ndarray, y: np.ndarray, max_iter: int,
           train: np.ndarray, test: np.ndarray,
           penalties: Sequence[float]) -> List[Tuple[float, bool]]:
    # The solution lies in the span of the instances: a basis of it, which
    # changes no product, leaves no more columns than there are rows.
    basis = np.linalg.qr(x[train].T)[0]
    fitted, held_out = (np.insert(x[part] @ basis, 0, 1, axis=1)
                        for part in (train, test))
    weights, out = np.zeros((len(targets), fitted.shape[1])), []
    for penalty in penalties:
        solved = [finite_newton(fitted, target, penalty, weight, max_iter)
                  for target, weight in zip(targets[:, train], weights)]
        weights = np.stack([weight for weight, _ in solved])
        decision = held_out @ weights.T
        predicted = (decision.argmax(axis=1) if len(targets) > 1
                     else decision[:, 0] > 0)
        out.append((float((predicted == y[test]).mean()),
                    all(converged for _, converged in solved)))
    return out
