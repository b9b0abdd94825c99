r"""One model, trained and kept."""

import json
from pathlib import Path
from typing import NamedTuple, Optional, Union

import torch
from tqdm import tqdm

from pyg_batchsampler.experiments.evaluate import evaluate
from pyg_batchsampler.experiments.experiment import Experiment, mark_of
from pyg_batchsampler.experiments.instance_retrieval import instance_retrieval
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.sampler import Strategy
from pyg_batchsampler.sampler.check_state import as_value
from pyg_batchsampler.training import embed_dataset, train
from pyg_batchsampler.training.run_settings import (option_changes,
                                                    sampler_name, strategy_of)


class SavedRun(NamedTuple):
    r"""Where a trained model is, and how good.

    Args:
        model (Path): File of its weights.
        embedding (Path): File of the frozen embeddings, :math:`[N, D]`.
        settings (Path): File of sampler, its options, seed and settings.
        score (float, optional): Its score in :math:`[0, 1]`, if there are
            labels.
        retrieval (float, optional): What :meth:`instance_retrieval` returns,
            if graphs were held out.
    """
    model: Path
    embedding: Path
    settings: Path
    score: Optional[float]
    retrieval: Optional[float] = None


def train_and_save(experiment: Experiment, sampler: Union[str, Strategy],
                   seed: int = 0) -> SavedRun:
    r"""Trains one model, evaluates its frozen embeddings, and saves both with
    all settings.

    A checkpoint is written after every epoch, from which the same call goes
    on, also one that asks for more epochs. Other settings or options have
    files of their own.

    Args:
        experiment (Experiment): Data set and settings.
        sampler (str or Strategy): Which instances meet, see :meth:`train`.
        seed (int, optional): Source of randomness. (default: :obj:`0`)
    """
    dataset, config = experiment.dataset, experiment.config
    strategy, out = strategy_of(sampler), experiment.out
    changes = {**config.changes(), **option_changes(strategy)}
    changes.pop('epochs', None)  # a run may go on for longer
    stem = (f'{config.model}-{sampler_name(strategy)}-{seed}'
            f'{mark_of(changes)}')
    with tqdm(total=experiment.num_steps, unit='step') as bar:
        trained = train(
            dataset, strategy, config, seed, on_step=bar.update,
            on_epoch=lambda epoch, _: bar.set_postfix(loss=epoch.loss),
            checkpoint=out / f'{stem}.checkpoint')
    embedding = embed_dataset(trained.model, dataset)
    score = None if experiment.label is None else evaluate(
        embedding, experiment.label, dataset, config.probe)
    retrieval = None if config.held_out == 0 else instance_retrieval(
        trained.model, dataset, config, seed)
    saved = SavedRun(out / f'{stem}.model.pt', out / f'{stem}.embedding.pt',
                     out / f'{stem}.settings.json', score,
                     retrieval)
    for path, value in [(saved.model, trained.model.state_dict()),
                        (saved.embedding, embedding)]:
        with written_whole(path) as file:
            torch.save(value, file)
    with written_whole(saved.settings) as file:
        file.write_text(json.dumps(dict(
            sampler=sampler_name(strategy), seed=seed,
            options={name: as_value(value)
                     for name, value in strategy.options().items()},
            settings=config.settings()), indent=2) + '\n')
    return saved
