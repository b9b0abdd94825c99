r"""Top-1 similarity of mini-batches beside that of uniform ones."""

from typing import List, NamedTuple

import torch
from torch import Tensor

from pyg_batchsampler.report.per_mini_batch import hardest_per_mini_batch
from pyg_batchsampler.report.uniform_hardness import (NUM_ANCHORS, SEED,
                                                      uniform_hardness)
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.unit_rows import UnitRows


class Hardness(NamedTuple):
    r"""How hard mini-batches are to a contrastive loss: the mean cosine
    similarity of an instance to the most similar other one in the mini-batch.

    Args:
        similarity (float): That of the mini-batches.
        uniform (float): That of uniform mini-batches of the same sizes.

    Example:
        >>> Hardness(0.75, 0.5)
        top-1 similarity 0.750, of uniform mini-batches 0.500
    """
    similarity: float
    uniform: float

    def __repr__(self) -> str:
        return (f'top-1 similarity {self.similarity:.3f}, of uniform '
                f'mini-batches {self.uniform:.3f}')


def measure_hardness(embedding: Tensor, batches: List[Tensor],
                     center: bool = False) -> Hardness:
    r"""Measures how hard mini-batches are, on about 8,000 anchors of some of
    them, evenly spaced; see :meth:`hardest_negative_similarity`.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (List[torch.Tensor]): The instances of each mini-batch,
            :math:`[B]`; those of fewer than two have no say.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

    Example:
        >>> batches = [torch.tensor([0, 1]), torch.tensor([2, 3])]
        >>> measure_hardness(torch.eye(2)[[0, 0, 1, 1]], batches).similarity
        1.0
    """
    batches = [index for index in batches if index.numel() > 1]
    if not batches:
        return Hardness(float('nan'), float('nan'))
    number = NUM_ANCHORS * len(batches) // sum(map(len, batches)) + 1
    number = min(number, len(batches))
    some = [_any_order(batches[int((i + 0.5) * len(batches) / number)])
            for i in range(number)]
    x = UnitRows(embedding, center)
    found = hardest_per_mini_batch(x, some, num_anchors=NUM_ANCHORS)
    similarity = torch.stack([each.similarity.mean() for each in found])
    uniform = uniform_hardness(x, [index.numel() for index in some])
    return Hardness(float(similarity.mean()), uniform.similarity)


def _any_order(index: Tensor) -> Tensor:
    r"""Shuffles a mini-batch of which not all instances are anchors."""
    if index.numel() <= NUM_ANCHORS:
        return index
    generator = make_generator(SEED)
    return index[torch.randperm(index.numel(), generator=generator)]
