from typing import Any, Optional

from torch import Tensor

from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.loader.embedding_store import EmbeddingStore
from pyg_batchsampler.training.method import Views


class Memory:
    r"""What was recorded last of every instance: by the loader, or, if that
    has an encoder or was given an embedding, beside it.

    Args:
        loader (BatchSamplerLoader): The loader.
        beside (EmbeddingStore): Takes what the loader does not.
        is_needed (bool): Whether anyone asks for it but the loader.
    """
    def __init__(self, loader: BatchSamplerLoader, beside: EmbeddingStore,
                 is_needed: bool):
        self.loader, self.beside = loader, beside
        self.is_in_loader = loader.source == 'recorded'
        sampler: Any = loader.batch_sampler
        self.is_needed = is_needed or (
            self.is_in_loader and sampler.strategy.uses_embedding)

    @property
    def embedding(self) -> Optional[Tensor]:
        r"""The embedding :math:`[N, D]`, zeros for those that were not
        recorded yet; :obj:`None` before the first ones."""
        if self.is_in_loader:
            return self.loader.recorded
        return self.beside.embedding

    def record(self, views: Views, index: Tensor, is_trained: bool) -> None:
        r"""Records what a method gives of a mini-batch, if anything; of one
        that was not trained on, what is there already, so that the loader
        does not wait for it."""
        if not is_trained and self.embedding is not None:
            views = self.embedding[index]
        if views is None or not self.is_needed:
            return
        if self.is_in_loader:
            self.loader.update(views, index)
        else:
            self.beside.update(views, index, step=0)  # no one asks when
