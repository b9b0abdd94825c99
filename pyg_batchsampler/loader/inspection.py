from typing import Optional

from torch import Tensor

from pyg_batchsampler.loader.encode_dataset import Encoder
from pyg_batchsampler.loader.refresher import Refresher


class Inspection:
    r"""What a loader tells of its embedding and of its mini-batches."""
    _refresher: Refresher

    @property
    def encoder(self) -> Optional[Encoder]:
        r"""What embeds mini-batches, if anything."""
        return self._refresher.encoder

    @property
    def recorded(self) -> Optional[Tensor]:
        r"""What was recorded last, :math:`[N, D]`, zeros where nothing was."""
        return self._refresher.store.embedding

    @property
    def source(self) -> str:
        r"""Of embeddings: ``'given'``, ``'encoder'`` or ``'recorded'``."""
        return self._refresher.source

    @property
    def refresh_interval(self) -> Optional[int]:
        r"""Mini-batches between two refreshes, if given."""
        return self._refresher.refresh_interval

    @property
    def warmup_epochs(self) -> int:
        r"""Epochs of uniform mini-batches."""
        return self._refresher.warmup_epochs
