r"""SimCLR on a tensor of images, as a user of the package would write it."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.simclr.augment import color_jitter, random_affine, random_crop
from benchmarks.simclr.encoders import ConvEncoder, ResNet, SimCLR
from benchmarks.simclr.images import Images
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.false_negatives import Guard, make_guard
from pyg_batchsampler.losses import dcl_loss, hcl_loss, nt_xent_loss
from pyg_batchsampler.seed import global_seed, make_generator
from pyg_batchsampler.training import Method, Step, embed_dataset, fit

LOSSES: Dict[str, Callable[..., Tensor]] = {
    'nt_xent': nt_xent_loss, 'dcl': dcl_loss, 'hcl': hcl_loss}
OPTIONS = ['walk_size', 'num_candidates', 'num_neighbors', 'restart_prob']


@dataclass(frozen=True)
class Settings:
    r"""What a run depends on beside its data and its seed.

    Args:
        sampler (str): :obj:`"uniform"`, :obj:`"knn"` or :obj:`"proximity"`.
        replacement (bool): Independent mini-batches instead of every image
            once per epoch.
        guard (str): A guard against false negatives, see :meth:`guard_of`.
        encoder (str): :obj:`"conv"` or :obj:`"resnet"`.
        views (str): :obj:`"affine"` for drawings, :obj:`"color"` for
            photographs.
        num_candidates (int, optional): :math:`M`; its default if not given.
        num_neighbors (int, optional): :math:`K`; its default if not given.
        walk_size (int, optional): Size of the groups that mini-batches are
            made of; a single walk, as in the paper, if not given.
    """
    sampler: str = 'uniform'
    replacement: bool = False
    guard: str = 'none'
    loss: str = 'nt_xent'
    temperature: float = 0.1
    tau_plus: float = 0.1
    encoder: str = 'conv'
    channels: int = 8
    blocks: Tuple[int, ...] = (1, 1, 1)
    norm: str = 'batch'
    views: str = 'affine'
    epochs: int = 10
    batch_size: int = 64
    lr: float = 1e-3
    num_candidates: Optional[int] = None
    num_neighbors: Optional[int] = None
    restart_prob: float = 0.2
    walk_size: Optional[int] = None


class Trained(NamedTuple):
    r"""A trained model and what its mini-batches after warm-up were like.

    Args:
        similarity (float): Mean cosine similarity of projections in a
            mini-batch, as the loss saw them.
        hardest_negative_similarity (float): Mean over anchors of that to the
            most similar other instance (top-1).
        same_label_rate (float): Share of pairs of one class.
        masked_ratio (float): Share of pairs that the guard left out.
        precision (float): Share of these that are of one class.
        recall (float): Share of the pairs of one class that it left out.
    """
    model: SimCLR
    similarity: float
    hardest_negative_similarity: float
    same_label_rate: float
    masked_ratio: float
    precision: float
    recall: float


def make_model(in_channels: int, settings: Settings, seed: int) -> SimCLR:
    r"""Makes a model, the same weights for the same seed."""
    with global_seed(seed):
        if settings.encoder == 'conv':
            return SimCLR(ConvEncoder(in_channels, settings.channels,
                                      settings.norm))
        return SimCLR(ResNet(in_channels, settings.channels, settings.blocks,
                             settings.norm))


def make_views(x: Tensor, settings: Settings,
               generator: torch.Generator) -> Tensor:
    r"""Returns two views of each image, :math:`[2B, C, H, W]`."""
    x = torch.cat([x, x])
    if settings.views == 'affine':
        return random_affine(x, generator=generator)
    return color_jitter(random_crop(x, generator=generator),
                        generator=generator)


def guard_of(name: str, label: Tensor) -> Guard:
    r"""Makes a guard from what rows call it: :obj:`"none"`, :obj:`"labels"`
    or, with the share of pairs that have most neighbors in common,
    :obj:`"shared:0.01"`."""
    kind, _, ratio = name.partition(':')
    check_choice('guard', kind, ['labels', 'none', 'shared'])
    if kind == 'shared':
        return make_guard('shared_neighbors', ratio=float(ratio))
    if kind == 'labels':
        return make_guard('labels', label=label)
    return make_guard('kept')


def make_method(model: SimCLR, settings: Settings, generator: torch.Generator,
                device: str) -> Method:
    r"""Returns SimCLR as a method of :meth:`fit`."""
    loss_function = LOSSES[settings.loss]
    options = {} if settings.loss == 'nt_xent' else dict(
        tau_plus=settings.tau_plus)

    def compare_images(
            x: Tensor, mask: Optional[Tensor]
    ) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        views = make_views(x.to(device), settings, generator).contiguous(
            memory_format=torch.channels_last)
        z1, z2 = model(views).chunk(2)
        loss = loss_function(z1, z2, settings.temperature,
                             is_false_negative=mask, **options)
        return loss, (z1, z2)

    return compare_images


def train(images: Images, settings: Settings, seed: int,
          device: str = 'cpu') -> Trained:
    r"""Trains a model on images."""
    sampler = settings.sampler
    arguments: Dict[str, Any] = {}
    if sampler == 'proximity':
        arguments = {name: getattr(settings, name) for name in OPTIONS}
    loader = BatchSamplerLoader(
        images.x, settings.batch_size, batch_sampler=sampler,
        replacement=settings.replacement, seed=seed, **arguments)
    # Channels last are up to twice as fast on a CPU.
    model = make_model(images.x.size(1), settings, seed).to(device).to(
        memory_format=torch.channels_last)  # type: ignore[call-overload]
    seen = _Seen(images.y)
    fit(model, make_method(model, settings, make_generator(seed, 1), device),
        loader, torch.optim.Adam(model.parameters(), settings.lr, fused=True),
        settings.epochs, guard=guard_of(settings.guard, images.y),
        embed=lambda: embed_dataset(model.forward, images.x),
        on_step=lambda step: seen.add(step) if step.epoch > 1 else None)
    return Trained(model, *seen.means())


class _Seen:
    r"""Counts over mini-batches."""
    def __init__(self, label: Tensor):
        self.label = label
        self.counts: List[Tuple[float, ...]] = []

    def add(self, step: Step) -> None:
        if not isinstance(step.views, tuple):
            return
        z = F.normalize(step.views[0].detach(), dim=1).cpu()
        label, mask = self.label[step.index], step.mask
        other = ~torch.eye(len(label), dtype=torch.bool)
        same = (label.view(-1, 1) == label) & other
        if mask is None:
            mask = torch.zeros_like(same)
        score = (z @ z.t()).fill_diagonal_(-torch.inf)
        self.counts.append((
            float(score[other].sum()), float(other.sum()),
            float(score.amax(dim=1).sum()), len(label),
            float(same.sum()), float(mask.sum()), float((same & mask).sum())))

    def means(self) -> Tuple[float, ...]:
        if not self.counts:
            return (float('nan'), ) * 6
        similarity, pairs, top, anchors, same, masked, hit = torch.tensor(
            self.counts, dtype=torch.double).sum(dim=0).tolist()
        return (similarity / pairs, top / anchors, same / pairs,
                masked / pairs, hit / masked if masked else float('nan'),
                hit / same if same else float('nan'))
