r"""How good frozen embeddings are, by the protocol of their data set."""

from typing import Any

from torch import Tensor

from pyg_batchsampler.evaluation import PROBES, ogb_probe
from pyg_batchsampler.evaluation.probes import PROTOCOLS

OGB_METRICS = {'ap': 'AP', 'rocauc': 'ROC-AUC'}
PROBE_SEED = 0  # the same folds for every sampler and seed


def evaluate(embedding: Tensor, label: Tensor, dataset: Any,
             probe: str = 'linear') -> float:
    r"""Returns the score of a frozen embedding in :math:`[0, 1]`: the metric
    of OGB on the official test split for data sets of OGB, the accuracy over
    test folds for all others.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor): Classes :math:`[N]`, or labels :math:`[N, T]`
            of an OGB data set.
        dataset (Dataset): The data set they belong to.
        probe (str, optional): A name in :obj:`PROBES`, for data sets that are
            not OGB's. (default: :obj:`"linear"`)
    """
    if is_ogb(dataset):
        return ogb_probe(embedding, label, dataset.get_idx_split(),
                         dataset.name)['test']
    return PROBES[probe](embedding, label, seed=PROBE_SEED)


def metric_of(dataset: Any) -> str:
    r"""Returns what :meth:`evaluate` returns of a data set.

    Raises:
        ValueError: If it is scored by an error instead of a share.
    """
    if not is_ogb(dataset):
        return 'accuracy'
    if dataset.eval_metric not in OGB_METRICS:
        raise ValueError(f"'{dataset.name}' is scored by "
                         f"{dataset.eval_metric}, which is not compared here. "
                         "Train on it with 'train' in Python, and give the "
                         "embedding to 'ogb_probe'")
    return OGB_METRICS[dataset.eval_metric]


def protocol_of(dataset: Any, probe: str) -> str:
    r"""Returns in words how :meth:`evaluate` comes to its score."""
    if is_ogb(dataset):
        return 'logistic regression on the official split'
    return PROTOCOLS[probe]


def is_ogb(dataset: Any) -> bool:
    r"""Whether a data set comes with an official split."""
    return hasattr(dataset, 'get_idx_split')
