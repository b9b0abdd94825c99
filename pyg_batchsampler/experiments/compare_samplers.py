r"""The same training with different samplers."""

import copy
import time
from pathlib import Path
from typing import Any, Callable, Iterable, List, Optional, Sequence

import torch
from torch import Tensor
from torch_geometric.data import InMemoryDataset
from tqdm import tqdm

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.experiments.evaluate import PROBE_SEED, evaluate, is_ogb
from pyg_batchsampler.experiments.rows import (DEFAULTS, Row, append_rows,
                                               matching, read_rows)
from pyg_batchsampler.sampler.registry import STRATEGIES as SAMPLERS
from pyg_batchsampler.report import in_batch_similarity, same_label_rate
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.objective import Model, make_model
from pyg_batchsampler.training.train import (MODEL, EpochResult, embed_dataset,
                                             set_norm_statistics, train)

NUM_PROBES = 5  # over training, for the plot
UNTRAINED = 'untrained'  # stands among the samplers for none at all


def compare_samplers(
    dataset: InMemoryDataset,
    label: Tensor,
    name: str,
    samplers: Sequence[str],
    seeds: Iterable[int],
    config: TrainingConfig,
    out: Path,
    progress: Optional[Callable[..., Any]] = tqdm,
    num_probes: int = NUM_PROBES,
) -> 'tuple[Path, Path]':
    r"""Trains a model once per sampler and seed, and evaluates its frozen
    embeddings.

    Every run appends one row to :obj:`results.csv` and its course to
    :obj:`curves.csv` as soon as it ends; runs with the same settings that are
    there already are skipped.

    Args:
        dataset (InMemoryDataset): The graphs.
        label (torch.Tensor): One class per graph, :math:`[N]`, or labels
            :math:`[N, T]` of an OGB data set.
        name (str): What the rows call the data set.
        samplers (list): Names of samplers; :obj:`"untrained"` evaluates a
            model as it is before training.
        seeds (Iterable[int]): The seeds, one run per sampler each.
        config (TrainingConfig): The settings all runs share.
        out (Path): Folder of the CSV files.
        progress (callable, optional): Makes a progress bar.
        num_probes (int, optional): About as many linear probes, for the
            course of accuracy. (default: :obj:`5`)

    Returns:
        The paths of both files.

    Raises:
        ValueError: If a sampler is unknown, or settings do not fit each other
            or the data set.
        RuntimeError: If the gradient of a run becomes infinite or NaN; those
            that are finished are kept.
    """
    config.check(len(dataset))
    results, curves = out / 'results.csv', out / 'curves.csv'
    for sampler in samplers:
        check_choice('sampler', sampler, [*sorted(SAMPLERS), UNTRAINED])
    steps = config.epochs * config.num_batches(len(dataset))
    for seed in seeds:
        for sampler in samplers:
            key: Row = dict(dataset=name, num_instances=len(dataset),
                            sampler=sampler, seed=seed, **config.settings())
            if len(matching(read_rows(results), key, DEFAULTS)) > 0:
                continue
            if sampler == UNTRAINED:
                model = make_model(dataset, config, derive_seed(seed, MODEL))
                set_norm_statistics(model, dataset, config, seed)
                score = evaluate(embed_dataset(model, dataset), label,
                                 dataset, config.probe)
                append_rows(results, [dict(key, steps=0, accuracy=score)],
                            key, DEFAULTS)
                continue
            with (progress or tqdm)(
                    total=steps, desc=f'{sampler:>9}, seed {seed}',
                    unit='step', leave=False,
                    disable=progress is None) as bar:
                row, course = _run(dataset, label, sampler, seed, config,
                                   num_probes, bar)
            # The row comes last: where it is missing, the run is repeated.
            append_rows(curves, [dict(key, **epoch) for epoch in course], key,
                        DEFAULTS)
            append_rows(results, [dict(key, steps=steps, **row)], key,
                        DEFAULTS)
    return results, curves


def _run(dataset: InMemoryDataset, label: Tensor, sampler: str, seed: int,
         config: TrainingConfig, num_probes: int,
         bar: Any) -> 'tuple[Row, List[Row]]':
    r"""Trains and evaluates once; returns the results and their course."""
    course: List[Row] = []
    probed = [] if is_ogb(dataset) else _probed_epochs(config.epochs,
                                                       num_probes)

    def on_epoch(epoch: EpochResult, model: Model) -> None:
        accuracy: Any = ''
        if epoch.epoch in probed:
            model = copy.deepcopy(model)  # training goes on with its own
            set_norm_statistics(model, dataset, config, seed)
            accuracy = linear_probe(embed_dataset(model, dataset), label,
                                    seed=PROBE_SEED)
        course.append(_report(epoch, label, accuracy))

    trained = train(dataset, sampler, config, seed, on_step=bar.update,
                    on_epoch=on_epoch)
    bar.set_postfix_str('evaluation')
    start = time.perf_counter()
    score = evaluate(embed_dataset(trained.model, dataset), label, dataset,
                     config.probe)
    seconds = dict(trained.seconds, evaluation=time.perf_counter() - start)
    hard = course[config.warmup_epochs:] or course
    return dict(
        accuracy=score, similarity=_mean(hard, 'similarity'),
        same_label_rate=_mean(hard, 'same_label_rate'),
        **{f'{part}_seconds': round(value, 4)
           for part, value in seconds.items()}), course


def _probed_epochs(epochs: int, num_probes: int) -> List[int]:
    if num_probes < 1:
        return []
    every = max(1, epochs // num_probes)
    return sorted({1, epochs, *range(every, epochs + 1, every)})


def _report(epoch: EpochResult, label: Tensor, accuracy: Any) -> Row:
    batches = [batch for batch in epoch.batches if batch.numel() > 1]
    return dict(
        epoch=epoch.epoch, mean_loss=epoch.loss, accuracy=accuracy,
        similarity=float(in_batch_similarity(epoch.embedding,
                                             batches).mean()),
        same_label_rate=float(same_label_rate(label, batches).nanmean()))


def _mean(rows: List[Row], name: str) -> float:
    return float(torch.tensor([row[name] for row in rows]).nanmean())
