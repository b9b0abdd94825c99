import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer


def linear_probe(embedding: Tensor, label: Tensor, num_folds: int = 10,
                 seed: int = 0) -> float:
    r"""Returns how well a linear classifier on a frozen embedding predicts
    the classes of held-out instances.

    Features are standardised and a ridge classifier is fitted, both on the
    training folds only, where its penalty is chosen as well (by
    leave-one-out).

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): One class per instance, :math:`[N]`.
        num_folds (int, optional): Number of stratified folds; fewer if the
            rarest class is smaller. (default: :obj:`10`)
        seed (int, optional): Shuffles the folds. (default: :obj:`0`)

    Returns:
        The accuracy in :math:`[0, 1]`, averaged over the test folds.

    Example:
        >>> label = torch.arange(40) % 2
        >>> linear_probe(torch.eye(2)[label], label)
        1.0
    """
    check_embedding(embedding)
    if label.dim() != 1 or label.numel() != embedding.size(0):
        raise ValueError("'label' must hold one class per instance, "
                         f"{embedding.size(0)} (got {list(label.shape)})")
    rarest = int(label.unique(return_counts=True)[1].min())
    num_folds = min(check_integer('num_folds', num_folds, low=2), rarest)
    if num_folds < 2:
        raise ValueError("'label' must hold every class at least twice "
                         "(got a class with 1 instance)")
    model = make_pipeline(StandardScaler(),
                          RidgeClassifierCV(np.logspace(-1, 4, 6)))
    folds = StratifiedKFold(num_folds, shuffle=True, random_state=seed)
    score = cross_val_score(model, embedding.double().cpu().numpy(),
                            label.cpu().numpy(), cv=folds)
    return float(score.mean())
