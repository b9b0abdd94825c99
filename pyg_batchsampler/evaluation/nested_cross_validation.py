import warnings
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.parallel import Parallel, delayed

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.evaluation.one_blas_thread import one_blas_thread
from pyg_batchsampler.warn_caller import warn_caller

# The grid and the inner folds of the evaluation of InfoGraph, which GraphCL
# and MVGRL took over.
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3)
NUM_INNER_FOLDS = 5

# (train, test, penalties) -> for each penalty the accuracy on 'test', and
# whether the solver converged.
Score = Callable[[np.ndarray, np.ndarray, Sequence[float]],
                 List[Tuple[float, bool]]]


def nested_cross_validation(
    score: Score,
    label: np.ndarray,
    num_folds: int,
    seed: int,
    *,
    num_workers: Optional[int] = None,
    progress: Optional[Callable[..., Any]] = None,
) -> float:
    r"""Returns the accuracy of a classifier whose penalty is chosen anew, by
    an inner cross-validation, in the training part of every outer fold.

    The outer folds are stratified and shuffled, the inner ones stratified
    and in order, as in :obj:`GridSearchCV(model, {'C': …}, cv=5)` of
    scikit-learn. Of penalties that do equally well the smallest is taken.

    Unlike there, the penalties of a fold are fitted in one call, and share
    what takes the time; for what that saves, see :meth:`svc_probe` and
    :meth:`linear_svc_probe`.

    Args:
        score (callable): Takes the positions of training and test instances
            and several penalties, and returns for each penalty the accuracy
            and whether the solver converged.
        label (numpy.ndarray): One class per instance, :math:`[N]`, counted
            from zero.
        num_folds (int): Number of outer folds.
        seed (int): Shuffles the outer folds.
        num_workers (int, optional): Calls at a time, in threads; all cores if
            not given. (default: :obj:`None`)
        progress (callable, optional): Makes a progress bar around an
            iterable, *e.g.*, :obj:`tqdm.tqdm`. (default: :obj:`None`)

    Returns:
        The accuracy in :math:`[0, 1]`, averaged over the outer folds.

    Example:
        >>> def score(train, test, penalties):
        ...     return [(0.25 * (C == 10.0), True) for C in penalties]
        >>> nested_cross_validation(score, np.arange(20) % 2, num_folds=5,
        ...                         seed=0)
        0.25
    """
    if num_workers is not None:
        num_workers = check_integer('num_workers', num_workers, low=1)
    outer = _split(label, num_folds, shuffle=True, random_state=seed)
    inner = [[(train[a], train[b]) for a, b in _split(
        label[train], min(NUM_INNER_FOLDS, np.bincount(label[train]).min()))]
        for train, _ in outer]
    # The solvers release Python's lock, and threads share the data.
    parallel = Parallel(n_jobs=num_workers or -1, backend='threading',
                        return_as='generator')

    def run() -> Iterator[List[Tuple[float, bool]]]:
        searched = []
        for result in parallel(delayed(score)(train, test, PENALTIES)
                               for folds in inner for train, test in folds):
            searched.append([accuracy for accuracy, _ in result])
            yield result
        best = []
        for folds in inner:
            mean = np.mean(searched[:len(folds)], axis=0)
            del searched[:len(folds)]
            best.append(PENALTIES[int(mean.argmax())])
        yield from parallel(delayed(score)(train, test, [penalty]) for
                            (train, test), penalty in zip(outer, best))

    results = run()
    if progress is not None:
        results = progress(results, desc='Evaluating', leave=False,
                           total=sum(map(len, inner)) + len(outer))
    # One warning at the end instead of one per classifier. Filters are
    # global: they must not be set within threads.
    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        done = list(results)
    flat = [converged for result in done for _, converged in result]
    if not all(flat):
        warn_caller(
            f"{flat.count(False)} of {len(flat)} classifiers stopped before "
            "they converged and are scored as they are. Raise 'max_iter', or "
            "bring features to a common scale", ConvergenceWarning)
    return float(np.mean([result[0][0] for result in done[-len(outer):]]))


def _split(label: np.ndarray, num_folds: int,
           **kwargs: Any) -> List[Tuple[np.ndarray, np.ndarray]]:
    return list(StratifiedKFold(num_folds, **kwargs).split(label, label))
