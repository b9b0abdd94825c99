r"""The same training with different samplers."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, List, Optional, Sequence

import torch
from torch import Tensor
from torch_geometric.data import InMemoryDataset
from tqdm import tqdm

from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.nn import GraphCL
from pyg_batchsampler.report import in_batch_similarity, same_label_rate
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.rows import (Row, append_rows, matching,
                                            read_rows)
from pyg_batchsampler.training.train_graph_cl import (EpochResult,
                                                      embed_dataset,
                                                      train_graph_cl)

NUM_PROBES = 5  # over training, for the plot
PROBE_SEED = 0  # the same folds for every sampler and seed


def compare_samplers(
    dataset: InMemoryDataset,
    label: Tensor,
    name: str,
    samplers: Sequence[str],
    num_seeds: int,
    config: TrainingConfig,
    out: Path,
    progress: Optional[Callable[..., Any]] = tqdm,
) -> 'tuple[Path, Path]':
    r"""Trains GraphCL once per sampler and seed, and evaluates the frozen
    embeddings with a 10-fold linear probe.

    Every run appends one row to :obj:`results.csv` and its course to
    :obj:`curves.csv` as soon as it ends; runs with the same settings that are
    there already are skipped.

    Args:
        dataset (InMemoryDataset): The graphs.
        label (torch.Tensor): One class per graph, :math:`[N]`.
        name (str): What the rows call the data set.
        samplers (list): Names of samplers.
        num_seeds (int): Runs per sampler, with seeds :math:`0, 1, …`.
        config (TrainingConfig): The settings all runs share.
        out (Path): Folder of the CSV files.
        progress (callable, optional): Makes a progress bar.

    Returns:
        The paths of both files.
    """
    config.check(len(dataset))
    results, curves = out / 'results.csv', out / 'curves.csv'
    steps = config.epochs * -(-len(dataset) // config.batch_size)
    for seed in range(num_seeds):
        for sampler in samplers:
            key: Row = dict(dataset=name, sampler=sampler, seed=seed,
                            **asdict(config))
            if len(matching(read_rows(results), key)) > 0:
                continue
            bar = (progress or tqdm)(
                total=steps, desc=f'{sampler:>9}, seed {seed}', unit='step',
                leave=False, disable=progress is None)
            course: List[Row] = []

            def on_epoch(epoch: EpochResult, model: GraphCL,
                         course: List[Row] = course) -> None:
                course.append(_report(epoch, model, dataset, label, config))

            with bar:
                trained = train_graph_cl(dataset, sampler, config, seed,
                                         on_step=bar.update,
                                         on_epoch=on_epoch)
            hard = course[config.warmup_epochs:] or course
            row = dict(
                key, steps=steps, accuracy=course[-1]['accuracy'],
                similarity=_mean(hard, 'similarity'),
                same_label_rate=_mean(hard, 'same_label_rate'),
                **{f'{part}_seconds': round(value, 4)
                   for part, value in trained.seconds.items()})
            # The row comes last: where it is missing, the run is repeated.
            append_rows(curves, [dict(key, **epoch) for epoch in course])
            append_rows(results, [row])
    return results, curves


def _report(epoch: EpochResult, model: GraphCL, dataset: InMemoryDataset,
            label: Tensor, config: TrainingConfig) -> Row:
    every = max(1, config.epochs // NUM_PROBES)
    accuracy: Any = ''
    if epoch.epoch % every == 0 or epoch.epoch in (1, config.epochs):
        accuracy = linear_probe(embed_dataset(model, dataset), label,
                                seed=PROBE_SEED)
    batches = [batch for batch in epoch.batches if batch.numel() > 1]
    return dict(
        epoch=epoch.epoch, loss=epoch.loss, accuracy=accuracy,
        similarity=float(in_batch_similarity(epoch.embedding,
                                             batches).mean()),
        same_label_rate=float(same_label_rate(label, batches).mean()))


def _mean(rows: List[Row], name: str) -> float:
    return float(torch.tensor([row[name] for row in rows]).mean())
