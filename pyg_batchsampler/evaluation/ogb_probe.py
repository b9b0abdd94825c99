import warnings
from typing import Dict, List, Mapping, Optional, Tuple

import numpy as np
import torch
from scipy.linalg import LinAlgWarning
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils.parallel import Parallel, delayed
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.evaluation.nested_cross_validation import PENALTIES
from pyg_batchsampler.evaluation.ogb_evaluator import ogb_evaluator
from pyg_batchsampler.evaluation.one_blas_thread import one_blas_thread
from pyg_batchsampler.warn_caller import warn_caller

SPLITS = ('train', 'valid', 'test')


def ogb_probe(
    embedding: Tensor,
    label: Tensor,
    split_idx: Mapping[str, Tensor],
    name: str,
    *,
    max_iter: int = 100,
    num_workers: Optional[int] = None,
) -> Dict[str, float]:
    r"""Returns how well linear models on a frozen embedding solve the tasks
    of a molecule data set of the `"Open Graph Benchmark: Datasets for Machine
    Learning on Graphs" <https://arxiv.org/abs/2005.00687>`_ paper, on its
    official split and by its own evaluator.

    Features are standardised on the training split, where one logistic
    regression per task is fitted, or a ridge regression if the metric is
    RMSE. The penalty :math:`C \in \{10^{-3}, \ldots, 10^3\}`, the same for
    all tasks, is the one with the best metric on the validation split.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): The label of each task, :math:`[N, T]`,
            :obj:`nan` where it is not known.
        split_idx (dict): Instances of :obj:`"train"`, :obj:`"valid"` and
            :obj:`"test"`, as from :obj:`dataset.get_idx_split()`.
        name (str): Data set whose metric counts, *e.g.*,
            :obj:`"ogbg-molhiv"`.
        max_iter (int, optional): Steps after which a logistic regression
            gives up. (default: :obj:`100`)
        num_workers (int, optional): Tasks fitted at a time, in threads;
            all cores if not given. (default: :obj:`None`)

    Returns:
        The metric on the splits :obj:`"valid"` and :obj:`"test"`: ROC-AUC,
        average precision, or RMSE, averaged over tasks.

    Raises:
        ValueError: If the data set is scored otherwise, or a split knows no
            label that the metric could be computed from.

    Warns:
        ConvergenceWarning: Once, with the number of logistic regressions
            that reached :obj:`max_iter`.

    Note:
        Tasks with fewer than two classes in the training split, or no label
        at all, get a constant prediction. As the evaluator does, tasks with
        one class in the validation or test split are left out of its mean.

    Example:
        >>> label = torch.arange(12).view(-1, 1) % 2
        >>> split_idx = {'train': torch.arange(0, 6),
        ...              'valid': torch.arange(6, 9),
        ...              'test': torch.arange(9, 12)}
        >>> ogb_probe(torch.eye(2)[label[:, 0]], label, split_idx,
        ...           name='ogbg-molhiv')
        {'valid': 1.0, 'test': 1.0}
    """
    evaluator = ogb_evaluator(name)
    max_iter = check_integer('max_iter', max_iter, low=1)
    if num_workers is not None:
        num_workers = check_integer('num_workers', num_workers, low=1)
    x = check_embedding(embedding).to('cpu', torch.float64).numpy()
    size = (x.shape[0], evaluator.num_tasks)
    if tuple(label.shape) != size:
        raise ValueError("'label' must hold one label per instance and task "
                         f"of {name!r}, {list(size)} "
                         f"(got {list(label.shape)})")
    y = label.detach().to('cpu', torch.float64).numpy()
    metric = evaluator.eval_metric
    if metric != 'rmse' and not np.isin(y[~np.isnan(y)], (0, 1)).all():
        raise ValueError("'label' must be 0, 1 or nan where the metric is "
                         f"{metric!r}")
    train, valid, test = (_check_split(split_idx, key, y, metric)
                          for key in SPLITS)

    scaler = StandardScaler().fit(x[train])
    inside = scaler.transform(x[train])
    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        # Where Newton's method fails for rounding, L-BFGS takes over.
        warnings.simplefilter('ignore', LinAlgWarning)
        result = Parallel(n_jobs=num_workers or -1, backend='threading')(
            delayed(_fit)(inside, task, metric, max_iter)
            for task in y[train].T)
    num_capped = sum(capped for _, capped in result)
    if num_capped:
        warn_caller(
            f"{num_capped} of {len(PENALTIES) * size[1]} classifiers reached "
            "'max_iter' before they converged and are scored as they are. "
            "Raise 'max_iter' to let them finish", ConvergenceWarning)
    weight = np.stack([weight for weight, _ in result])  # [T, penalties, D+1]

    def score(index: np.ndarray, i: int) -> float:
        predicted = scaler.transform(x[index]) @ weight[:, i, :-1].T
        predicted += weight[:, i, -1]
        return float(evaluator.eval({'y_true': y[index],
                                     'y_pred': predicted})[metric])

    on_valid = [score(valid, i) for i in range(len(PENALTIES))]
    best = int(np.argmin(on_valid) if metric == 'rmse'
               else np.argmax(on_valid))
    return {'valid': on_valid[best], 'test': score(test, best)}


def _check_split(split_idx: Mapping[str, Tensor], key: str, y: np.ndarray,
                 metric: str) -> np.ndarray:
    if key not in split_idx:
        raise ValueError(f"'split_idx' must hold 'train', 'valid' and 'test' "
                         f"(got {sorted(split_idx)})")
    index = torch.as_tensor(split_idx[key]).cpu().numpy()
    low, high = (index.min(), index.max()) if index.size else (0, -1)
    if low < 0 or high >= len(y):
        raise ValueError(f"'split_idx' must lie in [0, {len(y)}) "
                         f"(got {low if low < 0 else high} in {key!r})")
    part = y[index]
    if metric == 'rmse' and np.isnan(part).all(axis=0).any():
        raise ValueError("'label' must be known at least once per task in "
                         f"every split (got none in {key!r})")
    if metric != 'rmse' and not ((part == 0).any(axis=0) &
                                 (part == 1).any(axis=0)).any():
        raise ValueError("'label' must hold both classes of at least one task "
                         f"in every split (got no such task in {key!r})")
    return index


def _fit(x: np.ndarray, y: np.ndarray, metric: str,
         max_iter: int) -> Tuple[np.ndarray, int]:
    r"""Returns weights and intercept for each penalty, and how many solvers
    reached their last step."""
    known = ~np.isnan(y)
    out: List[np.ndarray] = []
    num_capped = 0
    if metric != 'rmse' and len(np.unique(y[known])) < 2:
        return np.zeros((len(PENALTIES), x.shape[1] + 1)), num_capped
    if not known.all():
        x, y = x[known], y[known]
    # Each penalty starts from the solution for the one before.
    classifier = LogisticRegression(solver='newton-cholesky', tol=1e-6,
                                    max_iter=max_iter, warm_start=True)
    for penalty in PENALTIES:
        if metric == 'rmse':
            model = Ridge(alpha=1 / penalty).fit(x, y)
        else:
            model = classifier.set_params(C=penalty).fit(x, y)
            num_capped += int(model.n_iter_[0] >= max_iter)
        out.append(np.append(model.coef_, model.intercept_))
    return np.stack(out), num_capped
