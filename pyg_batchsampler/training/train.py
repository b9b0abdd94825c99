r"""Training GraphCL or MVGRL on the mini-batches of a sampler."""

import math
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from zlib import crc32

import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn
from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.gather.batch_assembler import items_of
from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.loader.encode_dataset import encode_dataset
from pyg_batchsampler.sampler import StrategyBatchSampler, decay_restart_prob
from pyg_batchsampler.sampler.registry import STRATEGIES as SAMPLERS
from pyg_batchsampler.seed import derive_seed, make_generator
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.guard import evidence_of, false_negatives
from pyg_batchsampler.training.objective import (Model, make_model,
                                                 make_objective)

# What random numbers are drawn for.
MODEL, LOADER, VIEWS, STATISTICS = range(4)
ENCODING_BATCH_SIZE = 512
MIN_RESTART_PROB = 0.05  # of the paper's release


class EpochResult(NamedTuple):
    r"""What an epoch of training shows.

    Args:
        epoch (int): The epoch, from 1.
        loss (float): Mean loss.
        batches (list): The instances of every mini-batch, :math:`[B]` each.
        embedding (torch.Tensor): What samplers see: the projections of both
            views as recorded last, :math:`[N, 2 P]`.
    """
    epoch: int
    loss: float
    batches: List[Tensor]
    embedding: Tensor


class TrainingResult(NamedTuple):
    r"""A trained model and where the time went, in seconds."""
    model: Model
    seconds: Dict[str, float]


def train(
    dataset: InMemoryDataset,
    sampler: str,
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
        sampler (str): :obj:`"uniform"`, :obj:`"knn"` or :obj:`"proximity"`.
        config (TrainingConfig): All other settings.
        seed (int, optional): Source of randomness. (default: :obj:`0`)
        on_step (callable, optional): Called with the number of steps that
            have just been taken: one, or those that a checkpoint holds.
            (default: :obj:`None`)
        on_epoch (callable, optional): Called after every epoch, its time is
            not counted. (default: :obj:`None`)
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
    check_choice('sampler', sampler, sorted(SAMPLERS))
    config.check(len(dataset))
    if dataset[0].x is None:
        raise ValueError("'dataset' must hold node features 'x' (got "
                         f"{sorted(dataset[0].keys())}). Add some, e.g., with "
                         "torch_geometric.transforms.Constant()")
    if config.false_negatives == 'labels' and 'y' not in dataset[0]:
        raise ValueError("'false_negatives' must not be 'labels' for a data "
                         "set without labels. Use, e.g., 'similar'")
    device = torch.device(config.device)
    model = make_model(dataset, config, derive_seed(seed, MODEL))
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr,
                                 fused=True)
    generator = make_generator(seed, VIEWS)
    objective = make_objective(model, config, generator)
    loader = BatchSamplerLoader(
        dataset, config.batch_size,
        batch_sampler=_make_sampler(sampler, len(dataset), config,
                                    derive_seed(seed, LOADER)),
        encoder=(None if config.embedding == 'recorded' else
                 model if config.model == 'graph_cl' else model.embed),
        refresh_interval=config.refresh_interval,
        warmup_epochs=config.warmup_epochs, num_workers=config.num_workers)
    state = _State(config, sampler, seed, model, optimizer, generator, loader)
    untrained = (embed_dataset(model, dataset)
                 if config.false_negatives == 'duplicates' else None)
    if checkpoint is not None and state.load(Path(checkpoint)):
        (on_step or _ignore)(state.epoch * len(loader))

    for epoch in range(state.epoch + 1, config.epochs + 1):
        start, other = time.perf_counter(), sum(loader.seconds.values())
        losses: List[Tensor] = []
        batches: List[Tensor] = []
        known = evidence_of(config, state.recorded, untrained)
        model.train()
        for batch in loader:
            index = batch.input_id
            batches.append(index)
            if batch.num_graphs > 1:  # one graph has no negatives
                mask = false_negatives(batch, config, known)
                optimizer.zero_grad()
                with torch.autocast(device.type, torch.bfloat16,
                                    enabled=config.precision == 'bfloat16'):
                    loss, z = objective(batch.to(device), mask)
                loss.backward()
                norm = torch.nn.utils.clip_grad_norm_(model.parameters(),
                                                      config.max_grad_norm)
                if not bool(norm.isfinite()):
                    raise RuntimeError(
                        f"the gradient of epoch {epoch} is not finite (loss "
                        f"{float(loss.detach())}). "
                        f"{_way_out(dataset, config)}")
                optimizer.step()
                losses.append(loss.detach())
                state.record(z, index)
            if config.embedding == 'recorded' and state.recorded is not None:
                loader.update(state.recorded[index], index)
            (on_step or _ignore)(1)
        state.training += time.perf_counter() - start - (
            sum(loader.seconds.values()) - other)
        state.epoch = epoch
        if checkpoint is not None:
            state.save(Path(checkpoint))
        if on_epoch is not None:
            loss_mean = float(torch.stack(losses).mean()) if losses else 0.0
            assert state.recorded is not None
            on_epoch(EpochResult(epoch, loss_mean, batches,
                                 state.recorded.clone()), model)
    set_norm_statistics(model, dataset, config, seed)
    return TrainingResult(model, dict(loader.seconds,
                                      training=state.training))


def set_norm_statistics(model: Model, dataset: InMemoryDataset,
                        config: TrainingConfig, seed: int) -> None:
    r"""Replaces running averages of batch normalization by averages over
    uniform mini-batches of the data set, if these are asked for: PreciseBN,
    of the `"Rethinking 'Batch' in BatchNorm"
    <https://arxiv.org/abs/2105.07576>`_ paper.

    The graphs of a hard mini-batch are alike: their variance, which running
    averages follow, is smaller than that of the data set, and graphs unlike
    the others come out far too large.
    """
    if config.norm_statistics == 'precise':
        items, collate_fn = items_of(dataset, Collater(dataset))
        order = torch.randperm(len(dataset), generator=make_generator(
            seed, STATISTICS))
        # Each counts as much as the others: none may be much smaller.
        batches = order.tensor_split(math.ceil(len(order) / config.batch_size))
        update_bn((collate_fn([items[i] for i in batch.tolist()])
                   for batch in batches), model, torch.device(config.device))


def embed_dataset(model: Model, dataset: InMemoryDataset) -> Tensor:
    r"""Returns the frozen embeddings that are evaluated, :math:`[N, D]`."""
    items, collate_fn = items_of(dataset, Collater(dataset))
    return encode_dataset(model.embed, items, collate_fn, ENCODING_BATCH_SIZE)


def _way_out(dataset: InMemoryDataset, config: TrainingConfig) -> str:
    for i, data in enumerate(dataset):
        if not bool(data.x.isfinite().all()):
            return (f"The features 'x' of graph {i} are not either: mend "
                    "or leave it out")
    return f"Lower 'lr' (got {config.lr})"


def _checksum(dataset: InMemoryDataset) -> int:
    r"""Returns a number that tells data sets apart by some of their
    graphs."""
    out = 0
    for i in range(0, len(dataset), max(1, len(dataset) // 64)):
        data = dataset[i]
        for values in [data.x, data.edge_index]:
            if values is not None:
                out = crc32(values.double().cpu().numpy().tobytes(), out)
    return out


class _State:
    r"""What a checkpoint holds."""
    def __init__(self, config: TrainingConfig, sampler: str, seed: int,
                 model: Model, optimizer: torch.optim.Optimizer,
                 generator: torch.Generator, loader: BatchSamplerLoader):
        self.key = dict(config.settings(), sampler=sampler, seed=seed,
                        num_instances=len(loader.dataset),
                        checksum=_checksum(loader.dataset))
        # Training may go on for longer, on another machine.
        self.epochs = self.key.pop('epochs')
        self.parts = dict(model=model, optimizer=optimizer, loader=loader)
        self.loader = loader
        self.generator = generator
        self.epoch, self.training = 0, 0.0
        self.recorded: Optional[Tensor] = None

    def record(self, z: Tensor, index: Tensor) -> None:
        if self.recorded is None:
            self.recorded = torch.zeros(len(self.loader.dataset),
                                        z.size(1))
        self.recorded[index] = z.float().cpu()

    def save(self, path: Path) -> None:
        state = {name: part.state_dict() for name, part in self.parts.items()}
        with written_whole(path) as file:
            torch.save(dict(
                state, key=self.key, generator=self.generator.get_state(),
                epoch=self.epoch, training=self.training,
                seconds=self.loader.seconds, recorded=self.recorded), file)

    def load(self, path: Path) -> bool:
        if not path.exists():
            return False
        try:
            state = torch.load(path, map_location='cpu', weights_only=True)
            # Settings that it lacks came after it: they have their defaults.
            key = dict(TrainingConfig().settings(), **state['key'])
        except Exception as error:  # whatever a damaged file leads to
            raise ValueError(f"{path} is no checkpoint of this package. "
                             "Move it away") from error
        for name, value in self.key.items():
            if key.get(name) != value:
                raise ValueError(
                    f"{path} belongs to another run: its '{name}' is "
                    f"{key.get(name)!r} (expected {value!r}). Move it away "
                    "or choose another '--out'")
        if state['epoch'] > self.epochs:
            raise ValueError(
                f"{path} holds {state['epoch']} epochs already (asked for "
                f"{self.epochs}). Raise 'epochs' or choose another '--out'")
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        self.generator.set_state(state['generator'])
        self.epoch, self.training = state['epoch'], state['training']
        self.recorded = state['recorded']
        self.loader.seconds.update(state['seconds'])
        return True


def _make_sampler(name: str, num_instances: int, config: TrainingConfig,
                  seed: int) -> StrategyBatchSampler:
    options: Dict[str, Any] = dict(drop_last=config.drop_last,
                                   replacement=config.replacement, seed=seed)
    if name == 'proximity':
        restart_prob: Any = config.restart_prob
        if config.restart_decay > 0:
            restart_prob = decay_restart_prob(
                config.restart_prob, config.restart_decay,
                min(MIN_RESTART_PROB, config.restart_prob))
        options.update(restart_prob=restart_prob,
                       num_candidates=config.num_candidates,
                       num_neighbors=config.num_neighbors,
                       max_steps=config.max_steps, backend=config.backend,
                       min_recall=config.min_recall)
    return StrategyBatchSampler(num_instances, config.batch_size, name,
                                **options)


def _ignore(num_steps: int) -> None:
    pass
