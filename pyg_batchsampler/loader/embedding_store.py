r"""Embeddings recorded from training steps."""

from typing import Any, Dict, Optional, Union

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.ranks import gather_from_ranks
from pyg_batchsampler.similarity.join_pairs import Pair, join_if_pair


class EmbeddingStore:
    r"""Keeps the embedding last recorded for every instance, and when that
    was.

    Args:
        num_instances (int): Number of instances :math:`N`.

    Example:
        >>> store = EmbeddingStore(3)
        >>> store.update(torch.eye(2), torch.tensor([2, 0]), step=7)
        >>> store.is_complete, store.step
        (False, tensor([ 7, -1,  7]))
    """
    def __init__(self, num_instances: int):
        self.num_instances = num_instances
        self.embedding: Optional[Tensor] = None
        self.step = torch.full((num_instances, ), -1)

    @property
    def is_complete(self) -> bool:
        r"""Whether every instance has been recorded."""
        return self.num_recorded == self.num_instances

    @property
    def num_recorded(self) -> int:
        r"""How many instances have been recorded."""
        return int((self.step >= 0).sum())

    def update(self, embedding: Union[Tensor, Pair], index: Tensor,
               step: int) -> None:
        r"""Overwrites some rows, those that the other ranks give with them.

        Args:
            embedding (torch.Tensor or tuple): The new rows :math:`[B, D]`,
                kept detached as ``torch.float`` on the CPU; of pairs, the
                rows of both sides, which :meth:`join_pairs` makes one.
            index (torch.Tensor): The instances they belong to, :math:`[B]`.
            step (int): Mini-batches trained on so far.
        """
        new: Tensor = join_if_pair(embedding)
        if new is embedding:  # sides of pairs were checked before
            new = check_embedding(new)
        new = new.float().cpu()
        index = _check_index(index, new.size(0))
        bad = index[(index < 0) | (index >= self.num_instances)]
        if bad.numel() > 0:
            raise ValueError(f"'index' must lie in [0, {self.num_instances}) "
                             f"(got {int(bad[0])})")
        if self.embedding is None:
            self.embedding = new.new_zeros(self.num_instances, new.size(1))
        if new.size(1) != self.embedding.size(1):
            raise ValueError("'embedding' must keep its dimension, "
                             f"{self.embedding.size(1)} (got {new.size(1)})")
        for rows, instances in gather_from_ranks((new, index)):
            self.embedding[instances] = rows
            self.step[instances] = step

    def state_dict(self) -> Dict[str, Any]:
        r"""Returns copies of the rows and of their age."""
        embedding = self.embedding
        return {
            'embedding': None if embedding is None else embedding.clone(),
            'step': self.step.clone(),
        }

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        r"""Restores what :meth:`state_dict` returned."""
        embedding = state_dict['embedding']
        self.embedding = None if embedding is None else embedding.clone()
        self.step = state_dict['step'].clone()


def _check_index(index: Any, size: int) -> Tensor:
    if index is None:
        raise TypeError("'index' must hold the instances that rows of "
                        "'embedding' belong to (got None). 'input_id' is None "
                        "before the first mini-batch of a loader: call "
                        "'update' within its loop")
    if not isinstance(index, (Tensor, np.ndarray, list, tuple)):
        raise TypeError("'index' must hold the instances, [B], of any type of "
                        f"integers (got {type(index).__name__}). Of a "
                        "mini-batch of graphs, give batch.input_id")
    index = torch.as_tensor(index).cpu()
    if index.dtype == torch.bool or index.is_floating_point():
        raise TypeError("'index' must hold integers "
                        f"(got {index.dtype}). Of a mask, give "
                        "mask.nonzero().view(-1)")
    if index.dim() != 1 or index.numel() != size:
        raise ValueError("'index' must hold one instance per row of "
                         f"'embedding', {size} "
                         f"(got {list(index.shape)} of {index.dtype})")
    return index.long()
