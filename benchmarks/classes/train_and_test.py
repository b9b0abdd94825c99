r"""A run of `many_classes`: a model is trained and scored."""

from functools import partial
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch_geometric.data import InMemoryDataset

from benchmarks.mini_batches import UNTRAINED, mini_batches_of
from benchmarks.pairs import recall
from benchmarks.watch import Watch
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets import labels_of
from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.false_negatives import make_guard
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import (EpochResult, TrainingConfig,
                                       embed_dataset, fit,
                                       set_norm_statistics)
from pyg_batchsampler.transforms import NodeDropping

GUARDS: Dict[str, Dict[str, float]] = dict(
    kept={}, similar=dict(ratio=0.1), shared_neighbors=dict(ratio=0.1),
    labels={})
TEMPERATURE = 0.2
WARMUP_EPOCHS = 2
MODEL, VIEWS, COPIES, CLASSES = range(4)  # what seeds are derived for
Pair = Tuple[Tensor, Tensor]


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed; the first ones
    are those of :class:`MiniBatches`."""
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False
    batch_size: int = 128
    lr: float = 0.01
    epochs: int = 20
    norm: Optional[str] = 'batch'
    guard: str = 'kept'
    held_out: bool = False


def train_and_test(dataset: InMemoryDataset, setting: Setting,
                   seed: int) -> Dict[str, Any]:
    r"""Returns scores in %, their course, and what mini-batches were like
    after warm-up."""
    label = labels_of(dataset)
    assert label is not None
    known = other = torch.arange(len(dataset))
    if setting.held_out:
        classes = torch.randperm(dataset.num_classes, generator=make_generator(
            seed, CLASSES))
        is_known = torch.isin(label, classes[:len(classes) // 2])
        known, other = known[is_known], other[~is_known]
    with global_seed(derive_seed(seed, MODEL)):
        model = GraphCL(GINEncoder(dataset.num_features, norm=setting.norm))
    train, test = dataset[known], dataset[other]
    out: Dict[str, Any] = {}
    if setting.sampler != UNTRAINED:
        out = fit_model(model, train, label[known], setting, seed,
                        partial(score, model, train, test, label[other]))
    embedding = embed(model, train, test)
    copy = NodeDropping(0.2, make_generator(seed, COPIES))
    copies = embed_dataset(lambda batch: model.embed(copy(batch)), test)
    return dict(nearest=nearest(embedding, label[other]),
                linear=100 * linear_probe(embedding, label[other]),
                recall=recall(copies, embedding), **out)


def fit_model(model: GraphCL, dataset: InMemoryDataset, label: Tensor,
              setting: Setting, seed: int,
              score: Callable[[], float]) -> Dict[str, Any]:
    r"""Trains a model; returns the course of its score by quarters, and means
    over mini-batches after warm-up."""
    loader = BatchSamplerLoader(
        dataset, setting.batch_size, seed=seed, warmup_epochs=WARMUP_EPOCHS,
        **mini_batches_of(setting).arguments(len(dataset)))
    drop = NodeDropping(0.2, make_generator(seed, VIEWS))
    guard = make_guard(setting.guard, **GUARDS[setting.guard], **(
        dict(label=label) if setting.guard == 'labels' else {}))
    watch = Watch(setting.batch_size, WARMUP_EPOCHS, label)
    course: Dict[str, Any] = {}
    quarters = {setting.epochs * i // 4: i for i in [1, 2, 3]}

    def compare_copies(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                    Pair]:
        z1, z2 = model(drop(batch)), model(drop(batch))
        return nt_xent_loss(z1, z2, TEMPERATURE,
                            is_false_negative=mask), (z1, z2)

    def on_epoch(epoch: EpochResult) -> None:
        watch.on_epoch(epoch)
        if epoch.epoch in quarters:
            course[f'nearest_{quarters[epoch.epoch]}'] = score()

    progress = fit(
        model, compare_copies, loader,
        torch.optim.Adam(model.parameters(), lr=setting.lr, fused=True),
        setting.epochs, guard=guard, on_step=watch.on_step, on_epoch=on_epoch)
    return dict(course, **watch.measures(),
                training_seconds=round(progress.seconds, 2),
                sampling_seconds=round(loader.seconds['sampling'], 2))


def embed(model: GraphCL, train: InMemoryDataset,
          test: InMemoryDataset) -> Tensor:
    r"""Returns the embedding of graphs by a model, whose batch normalization
    takes its statistics from what it was trained on."""
    if model.encoder.norm == 'batch':
        set_norm_statistics(model, train, TrainingConfig(
            batch_size=512, norm_statistics='precise'))
    model.eval()
    return embed_dataset(model, test)


def score(model: GraphCL, train: InMemoryDataset, test: InMemoryDataset,
          label: Tensor) -> float:
    return nearest(embed(model, train, test), label)


def nearest(embedding: Tensor, label: Tensor) -> float:
    r"""Returns how often the most similar other instance is of the same
    class, in %.

    Example:
        >>> nearest(torch.eye(2)[[0, 0, 1]], torch.tensor([0, 0, 1]))
        66.66...
    """
    x = F.normalize(embedding, dim=1)
    score = (x @ x.t()).fill_diagonal_(-torch.inf)
    return 100 * float((label[score.argmax(dim=1)] == label).float().mean())
