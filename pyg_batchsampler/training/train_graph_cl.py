r"""Training GraphCL on the mini-batches of a sampler."""

import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch_geometric.data import InMemoryDataset
from torch_geometric.loader import DataLoader

from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.seed import derive_seed, make_generator
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.transforms import (FeatureMasking, NodeDropping,
                                         RandomChoice)

MODEL, LOADER, VIEWS = range(3)  # what random numbers are drawn for


class EpochResult(NamedTuple):
    r"""What an epoch of training shows.

    Args:
        epoch (int): The epoch, from 1.
        loss (float): Mean loss.
        batches (list): The instances of every mini-batch, :math:`[B]` each.
        embedding (torch.Tensor): What samplers see: the projections of both
            views as recorded in this epoch, :math:`[N, 2 P]`.
    """
    epoch: int
    loss: float
    batches: List[Tensor]
    embedding: Tensor


class TrainingResult(NamedTuple):
    r"""A trained model and where the time went, in seconds."""
    model: GraphCL
    seconds: Dict[str, float]


def train_graph_cl(
    dataset: InMemoryDataset,
    sampler: str,
    config: TrainingConfig,
    seed: int = 0,
    on_step: Optional[Callable[[], Any]] = None,
    on_epoch: Optional[Callable[[EpochResult, GraphCL], Any]] = None,
) -> TrainingResult:
    r"""Trains GraphCL with two augmented views and NT-Xent, as in the
    `"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    A seed stands for the same initial weights and views whatever the
    sampler, and every sampler trains for the same number of steps.

    Args:
        dataset (InMemoryDataset): The graphs.
        sampler (str): :obj:`"uniform"`, :obj:`"knn"` or :obj:`"proximity"`.
        config (TrainingConfig): All other settings.
        seed (int, optional): Source of randomness. (default: :obj:`0`)
        on_step (callable, optional): Called after every step.
            (default: :obj:`None`)
        on_epoch (callable, optional): Called after every epoch, its time is
            not counted. (default: :obj:`None`)
    """
    with torch.random.fork_rng([]):
        torch.manual_seed(derive_seed(seed, MODEL))
        model = GraphCL(GINEncoder(max(1, dataset[0].num_node_features),
                                   config.hidden_channels, config.num_layers))
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr)
    generator = make_generator(seed, VIEWS)
    augment = RandomChoice([NodeDropping(config.drop_ratio, generator),
                            FeatureMasking(config.drop_ratio, generator)],
                           generator)
    loader = BatchSamplerLoader(
        dataset, config.batch_size, batch_sampler=sampler,
        encoder=model if config.embedding == 'encoder' else None,
        num_candidates=config.num_candidates,
        num_neighbors=config.num_neighbors,
        restart_prob=config.restart_prob,
        refresh_interval=config.refresh_interval,
        warmup_epochs=config.warmup_epochs, replacement=config.replacement,
        seed=derive_seed(seed, LOADER))

    training = 0.0
    width = 2 * model.encoder.out_channels
    recorded = torch.zeros(len(dataset), width)
    for epoch in range(1, config.epochs + 1):
        start, other = time.perf_counter(), sum(loader.seconds.values())
        losses: List[Tensor] = []
        batches: List[Tensor] = []
        model.train()
        for batch in loader:
            batches.append(batch.input_id)
            if batch.num_graphs > 1:  # one graph has no negatives
                optimizer.zero_grad()
                z1, z2 = model(augment(batch)), model(augment(batch))
                loss = nt_xent_loss(z1, z2, config.temperature)
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
                z = torch.cat([F.normalize(z1.detach(), dim=-1),
                               F.normalize(z2.detach(), dim=-1)], dim=-1)
                recorded[batch.input_id] = z
            if config.embedding == 'recorded':
                loader.update(recorded[batch.input_id], batch.input_id)
            if on_step is not None:
                on_step()
        training += time.perf_counter() - start - (
            sum(loader.seconds.values()) - other)
        if on_epoch is not None:
            loss_mean = float(torch.stack(losses).mean()) if losses else 0.0
            on_epoch(EpochResult(epoch, loss_mean, batches, recorded), model)
    return TrainingResult(model, dict(loader.seconds, training=training))


@torch.no_grad()
def embed_dataset(model: GraphCL, dataset: InMemoryDataset) -> Tensor:
    r"""Returns the frozen embeddings that are evaluated, :math:`[N, D]`."""
    mode = model.training
    model.eval()
    loader = DataLoader(dataset, batch_size=512,
                        generator=torch.Generator().manual_seed(0))
    out = torch.cat([model.embed(batch) for batch in loader])
    model.train(mode)
    return out
