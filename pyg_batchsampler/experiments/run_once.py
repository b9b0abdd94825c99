r"""One run of a comparison: a model is trained and evaluated."""

import copy
import time
from typing import Any, List, NamedTuple

import torch

from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.experiments.evaluate import PROBE_SEED, evaluate, is_ogb
from pyg_batchsampler.experiments.experiment import Experiment
from pyg_batchsampler.experiments.instance_retrieval import instance_retrieval
from pyg_batchsampler.experiments.rows import Row
from pyg_batchsampler.report import report_batches
from pyg_batchsampler.sampler import Strategy
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.training import (EpochResult, embed_dataset, make_model,
                                       set_norm_statistics, split_held_out,
                                       train)
from pyg_batchsampler.training.make_model import Model
from pyg_batchsampler.training.streams import MODEL


class Run(NamedTuple):
    r"""What a run shows.

    Args:
        results (dict): Its results.
        course (list): What every epoch shows.
    """
    results: Row
    course: List[Row]


def run_untrained(experiment: Experiment, seed: int) -> Row:
    r"""Evaluates a model as it is before training."""
    dataset, config = experiment.dataset, experiment.config
    model = make_model(dataset, config, derive_seed(seed, MODEL))
    known, _ = split_held_out(len(dataset), config, seed)
    set_norm_statistics(model, dataset[known], config, seed)
    return dict(steps=0, **_scores(model, experiment, seed))


def run_once(experiment: Experiment, strategy: Strategy, seed: int,
             num_probes: int, bar: Any) -> Run:
    r"""Trains and evaluates once.

    Args:
        experiment (Experiment): Data set and settings.
        strategy (Strategy): Which instances meet.
        seed (int): The seed.
        num_probes (int): About as many probes while training.
        bar (tqdm): Progress bar of the steps.
    """
    dataset, config = experiment.dataset, experiment.config
    label = experiment.label
    known, _ = split_held_out(len(dataset), config, seed)
    course: List[Row] = []
    probed = [] if is_ogb(dataset) else _probed_epochs(config.epochs,
                                                       num_probes)

    def probe(model: Model) -> float:
        model = copy.deepcopy(model)  # training goes on with its own
        set_norm_statistics(model, dataset[known], config, seed)
        if label is None:
            return instance_retrieval(model, dataset, config, seed)
        return linear_probe(embed_dataset(model, dataset), label,
                            seed=PROBE_SEED)

    def on_epoch(epoch: EpochResult, model: Model) -> None:
        report = report_batches(
            [batch for batch in epoch.batches if batch.numel() > 1],
            epoch.embedding, None if label is None else label[known])
        course.append({
            'epoch': epoch.epoch, 'mean_loss': epoch.loss,
            experiment.score: probe(model) if epoch.epoch in probed else '',
            **report.means()})

    trained = train(dataset, strategy, config, seed, on_step=bar.update,
                    on_epoch=on_epoch)
    bar.set_postfix_str('evaluation')
    start = time.perf_counter()
    scores = _scores(trained.model, experiment, seed)
    seconds = dict(trained.seconds, evaluation=time.perf_counter() - start)
    hard = course[config.warmup_epochs:] or course
    measures = [name for name in course[0]
                if name not in ('epoch', 'mean_loss', experiment.score)]
    return Run(
        dict(steps=experiment.num_steps, **scores,
             **{name: _mean(hard, name) for name in measures},
             **{f'{part}_seconds': round(value, 4)
                for part, value in seconds.items()}), course)


def _scores(model: Model, experiment: Experiment, seed: int) -> Row:
    r"""Returns the score of the probe, if there are labels, and how often
    graphs that were held out are found, if there are any."""
    dataset, config = experiment.dataset, experiment.config
    scores: Row = {}
    if experiment.label is not None:
        scores.update(accuracy=evaluate(embed_dataset(model, dataset),
                                        experiment.label, dataset,
                                        config.probe))
    if config.held_out > 0:
        scores.update(instance_retrieval=instance_retrieval(
            model, dataset, config, seed))
    return scores


def _probed_epochs(epochs: int, num_probes: int) -> List[int]:
    if num_probes < 1:
        return []
    every = max(1, epochs // num_probes)
    return sorted({1, epochs, *range(every, epochs + 1, every)})


def _mean(rows: List[Row], name: str) -> float:
    return float(torch.tensor([row[name] for row in rows]).nanmean())
