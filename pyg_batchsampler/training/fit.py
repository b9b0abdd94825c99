r"""The training loop, whatever is trained."""

import time
from typing import Any, Callable, List, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_choice, check_integer
from pyg_batchsampler.false_negatives import Guard
from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.training.choices import PRECISIONS
from pyg_batchsampler.training.memory import Memory
from pyg_batchsampler.training.method import Method, Views
from pyg_batchsampler.training.progress import EpochResult, Progress, Step


class NotFinite(RuntimeError):
    r"""Says :obj:`what` is infinite or NaN, and how to help it."""
    def __init__(self, what: str, way_out: str):
        super().__init__(f'{what}. {way_out}')
        self.what = what


def fit(
    model: torch.nn.Module,
    method: Method,
    loader: BatchSamplerLoader,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    *,
    guard: Optional[Guard] = None,
    embed: Optional[Callable[[], Tensor]] = None,
    max_grad_norm: Optional[float] = None,
    precision: str = 'float32',
    on_step: Optional[Callable[[Step], Any]] = None,
    on_epoch: Optional[Callable[[EpochResult], Any]] = None,
    progress: Optional[Progress] = None,
) -> Progress:
    r"""Trains a model by a method on the mini-batches of a loader, and tells
    the loader what they have become.

    A mini-batch of one instance, which has no negatives, is not trained on.

    Args:
        model (torch.nn.Module): The model, set to training mode at the
            beginning of every epoch.
        method (Method): Turns a mini-batch and a mask into a loss and
            embeddings, which are recorded for the loader if it has no encoder
            of its own.
        loader (BatchSamplerLoader): The mini-batches.
        optimizer (torch.optim.Optimizer): Takes the steps.
        epochs (int): Epochs in all, with those that are behind.
        guard (Guard, optional): Gives the masks. It is refreshed at the
            beginning of every epoch but the first. (default: :obj:`None`)
        embed (callable, optional): Returns the embedding :math:`[N, D]` that
            the guard is refreshed with; what was recorded last if not given.
            (default: :obj:`None`)
        max_grad_norm (float, optional): Gradients are scaled down to this
            norm. (default: :obj:`None`)
        precision (str, optional): :obj:`"float32"`, or :obj:`"bfloat16"`
            where :meth:`torch.autocast` uses it. (default:
            :obj:`"float32"`)
        on_step (callable, optional): Called with the :class:`Step` after
            every mini-batch. (default: :obj:`None`)
        on_epoch (callable, optional): Called with the :class:`EpochResult`
            after every epoch; its time is not counted. (default:
            :obj:`None`)
        progress (Progress, optional): Where to go on. (default: :obj:`None`)

    Returns:
        How far training has come.

    Raises:
        ValueError: If :obj:`epochs` or :obj:`precision` cannot be.
        RuntimeError: If the loss, or the gradient where it is scaled, becomes
            infinite or NaN.

    Example:
        >>> from pyg_batchsampler.losses import nt_xent_loss
        >>> x = torch.randn(20, 4)
        >>> model = torch.nn.Linear(4, 2)
        >>> def method(batch, mask):
        ...     z1, z2 = (model(batch + 0.1 * torch.randn(batch.size()))
        ...               for _ in range(2))
        ...     return nt_xent_loss(z1, z2, is_false_negative=mask), (z1, z2)
        >>> loader = BatchSamplerLoader(x, batch_size=5)
        >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        >>> fit(model, method, loader, optimizer, epochs=2).epoch
        2
    """
    check_integer('epochs', epochs, low=1)
    check_choice('precision', precision, PRECISIONS)
    if progress is None:
        progress = Progress(len(loader.dataset))
    memory = Memory(loader, progress.recorded, on_epoch is not None or (
        guard is not None and guard.uses_embedding and embed is None))
    for epoch in range(progress.epoch + 1, epochs + 1):
        start, other = time.perf_counter(), sum(loader.seconds.values())
        if guard is not None and guard.uses_embedding and epoch > 1:
            evidence = memory.embedding if embed is None else embed()
            if evidence is not None:
                guard.refresh(evidence)
        model.train()
        losses: List[Tensor] = []
        batches: List[Tensor] = []
        for batch in loader:
            index = loader.input_id
            assert index is not None
            batches.append(index)
            step = Step(epoch, index)
            if index.numel() > 1:
                mask = None if guard is None else guard(index)
                loss, views = _take_step(model, method, batch, mask, optimizer,
                                         max_grad_norm, precision, epoch)
                losses.append(loss)
                step = Step(epoch, index, loss, views, mask)
            memory.record(step.views, index, is_trained=index.numel() > 1)
            if on_step is not None:
                on_step(step)
        progress.seconds += time.perf_counter() - start - (
            sum(loader.seconds.values()) - other)
        progress.epoch = epoch
        if on_epoch is not None:
            loss_mean = float(torch.stack(losses).mean()) if losses else 0.0
            known = memory.embedding
            on_epoch(EpochResult(
                epoch, loss_mean, batches, known.clone() if known is not None
                else torch.empty(len(loader.dataset), 0)))
    return progress


def _take_step(
    model: torch.nn.Module,
    method: Method,
    batch: Any,
    mask: Optional[Tensor],
    optimizer: torch.optim.Optimizer,
    max_grad_norm: Optional[float],
    precision: str,
    epoch: int,
) -> Tuple[Tensor, Views]:
    r"""Takes one step; returns the loss, detached, and the embeddings."""
    optimizer.zero_grad()
    parameters = list(model.parameters())
    with torch.autocast(parameters[0].device.type, torch.bfloat16,
                        enabled=precision == 'bfloat16'):
        loss, views = method(batch, mask)
    loss.backward()
    what, size = 'loss', loss.detach()
    if max_grad_norm is not None:
        what = 'gradient'
        size = torch.nn.utils.clip_grad_norm_(parameters, max_grad_norm)
    if not bool(size.isfinite()):
        raise NotFinite(f'the {what} of epoch {epoch} is not finite (loss '
                        f'{float(loss.detach())})',
                        f"Lower 'lr' (got {optimizer.param_groups[0]['lr']})")
    optimizer.step()
    return loss.detach(), views
