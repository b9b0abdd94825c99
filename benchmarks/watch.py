r"""What mini-batches were like while a model was trained on them."""

from typing import Dict, List, Optional

import torch
from torch import Tensor

from benchmarks.pairs import Negatives, means, negatives
from pyg_batchsampler import report_batches
from pyg_batchsampler.training import EpochResult, Step


class Watch:
    r"""Measures full mini-batches after warm-up: what the loss compared, and
    what they were planned by, known since the epoch before.

    Args:
        batch_size (int): Instances in a full one.
        warmup_epochs (int): Uniform epochs at the beginning.
        label (torch.Tensor, optional): One class per instance, :math:`[N]`.
            (default: :obj:`None`)
        embedding (torch.Tensor, optional): What mini-batches are planned by,
            if it stays the same, :math:`[N, D]`. (default: :obj:`None`)
    """
    def __init__(self, batch_size: int, warmup_epochs: int,
                 label: Optional[Tensor] = None,
                 embedding: Optional[Tensor] = None):
        self.batch_size, self.warmup_epochs = batch_size, warmup_epochs
        self.label = label
        self._embedding = self._known = embedding
        self._compared: List[Negatives] = []
        self._planned: List[Dict[str, float]] = []

    def on_step(self, step: Step) -> None:
        if (step.epoch > self.warmup_epochs and isinstance(step.views, tuple)
                and len(step.index) == self.batch_size):
            self._compared.append(negatives(*step.views))

    def on_epoch(self, epoch: EpochResult) -> None:
        full = [index for index in epoch.batches
                if len(index) == self.batch_size]
        if (full and epoch.epoch > self.warmup_epochs
                and self._known is not None):
            seen = torch.cat(epoch.batches).unique().numel()
            self._planned.append(dict(
                report_batches(full, self._known, self.label).means(),
                coverage=seen / len(epoch.embedding)))
        if self._embedding is None:
            self._known = epoch.embedding

    def measures(self) -> Dict[str, float]:
        r"""Returns means over mini-batches; nothing if there were none."""
        planned = {name: sum(each[name] for each in self._planned) /
                   len(self._planned) for name in [*self._planned[0]]
                   } if self._planned else {}
        return dict(means(self._compared), **{
            f'planned_{name}' if name in Negatives._fields else name: value
            for name, value in planned.items()})
