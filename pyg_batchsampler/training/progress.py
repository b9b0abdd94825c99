r"""What training shows of a step, of an epoch, and of how far it is."""

from dataclasses import dataclass
from typing import List, NamedTuple, Optional

from torch import Tensor

from pyg_batchsampler.loader.embedding_store import EmbeddingStore
from pyg_batchsampler.training.method import Views


@dataclass(frozen=True)
class Step:
    r"""What a training step shows.

    Args:
        epoch (int): Its epoch, from 1.
        index (torch.Tensor): The instances of its mini-batch, :math:`[B]`.
        loss (torch.Tensor, optional): The loss, detached; :obj:`None`, like
            all that follows, of a mini-batch of one instance, which is not
            trained on.
        views (tuple or torch.Tensor, optional): What the method returned
            beside the loss.
        mask (torch.Tensor, optional): What the guard marked, :math:`[B, B]`.

    Example:
        >>> Step(epoch=1, index=torch.tensor([4])).loss is None
        True
    """
    epoch: int
    index: Tensor
    loss: Optional[Tensor] = None
    views: Views = None
    mask: Optional[Tensor] = None


class EpochResult(NamedTuple):
    r"""What an epoch of training shows.

    Args:
        epoch (int): The epoch, from 1.
        loss (float): Mean loss.
        batches (list): The instances of every mini-batch, :math:`[B]` each.
        embedding (torch.Tensor): What was recorded last of every instance:
            the projections of both views at unit length, :math:`[N, 2 P]`.
            It has no columns if the method gives nothing to record.
    """
    epoch: int
    loss: float
    batches: List[Tensor]
    embedding: Tensor


class Progress:
    r"""How far :meth:`fit` has come.

    Args:
        num_instances (int): Number of instances :math:`N`.

    Example:
        >>> Progress(10).epoch
        0
    """
    def __init__(self, num_instances: int):
        #: Epochs that are behind.
        self.epoch = 0
        #: Seconds of their steps.
        self.seconds = 0.0
        #: The embeddings recorded last, where the loader records none.
        self.recorded = EmbeddingStore(num_instances)
