from contextlib import nullcontext
from functools import partial
from threading import Lock
from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np
from sklearn.svm import LinearSVC
from torch import Tensor

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.evaluation.check_classes import check_classes
from pyg_batchsampler.evaluation.nested_cross_validation import \
    nested_cross_validation

# The solver of the dual problem draws from one random state per process.
_LOCK = Lock()


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
        seed (int, optional): Shuffles the folds, and seeds the solver.
            (default: :obj:`0`)
        max_iter (int, optional): Steps after which a solver gives up.
            (default: :obj:`1000`)
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
        ConvergenceWarning: Once, with the number of classifiers that reached
            :obj:`max_iter`. On features of very different scale, such as
            sums over nodes, many do for large :math:`C`; they count as they
            are, as they do in the release.

    Note:
        The result is that of :obj:`GridSearchCV(LinearSVC(dual='auto',
        random_state=seed), {'C': …}, cv=5)` from scikit-learn in each fold:
        the dual problem is solved if there are fewer instances than
        features, else the primal one. The release always solved the dual,
        once the default. Dual problems are solved one after the other
        whatever :obj:`num_workers`.

    Example:
        >>> label = torch.arange(40) % 2
        >>> linear_svc_probe(torch.eye(2)[label], label)
        1.0
    """
    x, y, num_folds = check_classes(embedding, label, num_folds, nested=True)
    max_iter = check_integer('max_iter', max_iter, low=1)
    score = partial(_score, x, y, max_iter, seed)
    return nested_cross_validation(score, y, num_folds, seed,
                                   num_workers=num_workers, progress=progress)


def _score(x: np.ndarray, y: np.ndarray, max_iter: int, seed: int,
           train: np.ndarray, test: np.ndarray,
           penalties: Sequence[float]) -> List[Tuple[float, bool]]:
    inside, across, out = x[train], x[test], []
    for penalty in penalties:
        model = LinearSVC(C=penalty, dual='auto', max_iter=max_iter,
                          random_state=seed)
        with _LOCK if len(train) < x.shape[1] else nullcontext():
            model.fit(inside, y[train])
        out.append((float((model.predict(across) == y[test]).mean()),
                    bool(model.n_iter_ < max_iter)))
    return out
