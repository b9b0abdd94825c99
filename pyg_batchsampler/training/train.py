r"""Training a model on the mini-batches of a sampler."""

from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Optional, Union

import torch
from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.false_negatives import Guard, make_guard
from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.sampler import Strategy
from pyg_batchsampler.seed import derive_seed, make_generator
from pyg_batchsampler.training.checkpoint import Checkpoint
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.embed_dataset import embed_dataset
from pyg_batchsampler.training.fit import NotFinite, fit
from pyg_batchsampler.training.make_method import make_method
from pyg_batchsampler.training.make_model import Model, make_model
from pyg_batchsampler.training.norm_statistics import set_norm_statistics
from pyg_batchsampler.training.progress import EpochResult, Progress
from pyg_batchsampler.training.run_settings import (default_settings,
                                                    run_settings, strategy_of)
from pyg_batchsampler.training.split_held_out import split_held_out
from pyg_batchsampler.training.streams import LOADER, MODEL, VIEWS


class TrainingResult(NamedTuple):
    r"""A trained model and where the time went.

    Args:
        model (DualEncoder, GraphCL or MVGRL): The model.
        seconds (dict): Seconds of each part: sampling, encoding, recording,
            and all else as training.
    """
    model: Model
    seconds: Dict[str, float]


def train(
    dataset: InMemoryDataset,
    sampler: Union[str, Strategy],
    config: TrainingConfig,
    seed: int = 0,
    on_step: Optional[Callable[[int], Any]] = None,
    on_epoch: Optional[Callable[[EpochResult, Model], Any]] = None,
    checkpoint: Optional[Path] = None,
) -> TrainingResult:
    r"""Trains GraphCL (`"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_) or MVGRL (`"Contrastive Multi-View
    Representation Learning on Graphs" <https://arxiv.org/abs/2006.05582>`_)
    on the mini-batches of a sampler.

    A seed stands for the same initial weights and views whatever the
    sampler, and every sampler trains for the same number of steps.

    Args:
        dataset (InMemoryDataset): The graphs, see :meth:`load_dataset`.
        sampler (str or Strategy): Which instances meet: a name, *e.g.*,
            :obj:`"uniform"`, :obj:`"knn"` or :obj:`"proximity"`, or a
            :class:`~pyg_batchsampler.Strategy` with its options.
        config (TrainingConfig): All other settings.
        seed (int, optional): Source of randomness. (default: :obj:`0`)
        on_step (callable, optional): Called with the number of steps that
            have just been taken: one, or those that a checkpoint holds.
            (default: :obj:`None`)
        on_epoch (callable, optional): Called after every epoch, its time is
            not counted. What it tells of instances is of those that are
            trained on, see :meth:`split_held_out`. (default: :obj:`None`)
        checkpoint (Path, optional): File that is written after every epoch
            and from which training goes on if it is there, with the same
            result as without the interruption. (default: :obj:`None`)

    Returns:
        The trained model, and the seconds of each part of training.

    Raises:
        ValueError: If settings do not fit each other or the data set, or
            :obj:`checkpoint` is that of another run.
        RuntimeError: If the gradient becomes infinite or NaN.
    """
    strategy = strategy_of(sampler)
    config.check(len(dataset))
    if config.held_out > 0:
        dataset = dataset[split_held_out(len(dataset), config, seed)[0]]
    if dataset[0].x is None:
        raise ValueError("'dataset' must hold node features 'x' (got "
                         f"{sorted(dataset[0].keys())}). Add some, e.g., with "
                         "torch_geometric.transforms.Constant()")
    model = make_model(dataset, config, derive_seed(seed, MODEL))
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr,
                                 fused=True)
    generator = make_generator(seed, VIEWS)
    loader = BatchSamplerLoader(
        dataset, config.batch_size, batch_sampler=strategy,
        drop_last=config.drop_last, replacement=config.replacement,
        center=config.center,
        seed=derive_seed(seed, LOADER),
        encoder=(None if config.similarity_source == 'recorded' else
                 model.embed if config.model == 'mvgrl' else model),
        refresh_interval=config.refresh_interval,
        warmup_epochs=config.warmup_epochs, num_workers=config.num_workers)
    guard = _guard_of(config, dataset, model)  # before training
    progress = Progress(len(dataset))
    saved: Optional[Checkpoint] = None
    if checkpoint is not None:
        saved = Checkpoint(
            checkpoint, dict(run_settings(strategy, config), seed=seed),
            default_settings(strategy), loader, progress, generator,
            model=model, optimizer=optimizer)
        if saved.load() and on_step is not None:
            on_step(progress.epoch * len(loader))

    def end_epoch(epoch: EpochResult) -> None:
        if saved is not None:
            saved.save()
        if on_epoch is not None:
            on_epoch(epoch, model)

    try:
        fit(model, make_method(model, config, generator), loader, optimizer,
            config.epochs, guard=guard, max_grad_norm=config.max_grad_norm,
            precision=config.precision,
            on_step=None if on_step is None else lambda _: on_step(1),
            on_epoch=end_epoch, progress=progress)
    except NotFinite as error:
        for i, data in enumerate(dataset):
            if not bool(data.x.isfinite().all()):
                raise RuntimeError(
                    f"{error.what}. The features 'x' of graph {i} are not "
                    "either: mend or leave it out") from error
        raise
    set_norm_statistics(model, dataset, config, seed)
    return TrainingResult(model, dict(loader.seconds,
                                      training=progress.seconds))


def _guard_of(config: TrainingConfig, dataset: InMemoryDataset,
              model: Model) -> Guard:
    r"""Returns the guard that the settings ask for."""
    name = config.false_negatives
    if name == 'labels':
        if 'y' not in dataset[0]:
            raise ValueError("'false_negatives' must not be 'labels' for a "
                             "data set without labels. Use, e.g., 'similar'")
        return make_guard(name, label=torch.stack(
            [torch.as_tensor(data.y).view(-1) for data in dataset]))
    if name == 'duplicates':
        return make_guard(name, embedding=embed_dataset(model, dataset))
    if name == 'kept':
        return make_guard(name)
    return make_guard(name, ratio=config.similar_ratio)
