r"""A plan is made, and looked at."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import torch
from torch import Tensor

from pyg_batchsampler.diagnosis.peak_memory import peak_memory
from pyg_batchsampler.report import BatchReport, report_batches
from pyg_batchsampler.sampler import StrategyBatchSampler

NUM_BEFORE = 2000  # instances of a plan that is not timed
MAX_REPORTED = 200  # mini-batches that are measured, evenly spaced


@dataclass(frozen=True, eq=False)
class TriedPlan:
    r"""What an epoch of a strategy is like and costs.

    Args:
        name (str): What tables call it.
        options (dict): Strategy and its options, as a sampler takes them.
        report (BatchReport): What its mini-batches are like.
        batch (torch.Tensor): One of them, :math:`[B]`.
        seconds (float): Wall-clock seconds of the first plan.
        memory (float): Growth of the resident memory while it was made, in
            MiB; :obj:`nan` where the system does not tell.
    """
    name: str
    options: Dict[str, Any]
    report: BatchReport
    batch: Tensor
    seconds: float
    memory: float


def try_plan(
    embedding: Tensor,
    batch_size: int,
    name: str,
    options: Dict[str, Any],
    label: Optional[Tensor] = None,
    center: bool = False,
    seed: int = 0,
) -> TriedPlan:
    r"""Plans an epoch and reports on its full mini-batches, 200 at most.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batch_size (int): Instances per mini-batch.
        name (str): What tables call it.
        options (dict): Strategy and its options, as
            :class:`StrategyBatchSampler` takes them.
        label (torch.Tensor, optional): One class per instance, :math:`[N]`,
            or one per task, :math:`[N, T]`. (default: :obj:`None`)
        center (bool, optional): As in :class:`StrategyBatchSampler`.
            (default: :obj:`False`)
        seed (int, optional): Source of randomness. (default: :obj:`0`)

    Example:
        >>> x = torch.randn(100, 8)
        >>> tried = try_plan(x, 10, 'uniform', dict(strategy='uniform'))
        >>> len(tried.report.sizes), tried.batch.numel()
        (10, 10)
    """
    few = embedding[:NUM_BEFORE]  # compiles what is compiled once
    if few.size(0) > batch_size:
        with suppress(ValueError):  # too few for some options
            list(StrategyBatchSampler(few, batch_size, center=center,
                                      **options))
    with peak_memory() as peak:
        start = time.perf_counter()
        batches = list(StrategyBatchSampler(
            embedding, batch_size, center=center, seed=seed, **options))
        seconds = time.perf_counter() - start
    full = [torch.tensor(batch) for batch in batches
            if len(batch) == len(batches[0])]
    every = -(-len(full) // MAX_REPORTED)
    some: List[Tensor] = full[::every]
    return TriedPlan(name, options,
                     report_batches(some, embedding, label, center), some[0],
                     seconds, peak[0])
