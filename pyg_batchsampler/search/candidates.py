r"""Who is compared with whom: random candidates, shared by small blocks."""

from typing import Any, NamedTuple, Optional

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.compiled.kernel import kernel

MAX_BLOCK_SIZE = 256


class CandidateBlocks(NamedTuple):
    r"""Candidates of some or all instances, one set per block of anchors.

    Block :math:`t` holds the anchors
    :obj:`anchor[t * block_size:(t + 1) * block_size]`. Each of them skips one
    of the :math:`M + 1` instances in :obj:`candidate[t]`, which leaves it
    :math:`M` candidates, never itself. Indices are ``torch.int``.

    Args:
        anchor (torch.Tensor): Distinct instances in random order,
            :math:`[A]`.
        candidate (torch.Tensor): Distinct instances per block,
            :math:`[T, M + 1]`.
        skipped (torch.Tensor): Per anchor the column of :obj:`candidate` it
            skips, :math:`[A]`: its own one where it has one, a random one
            otherwise.
        block_size (int): Anchors per block; the last block may be smaller.
        row (torch.Tensor): Where the neighbors of each anchor are written,
            a permutation of :math:`[0, \ldots, A)`.
    """
    anchor: Tensor
    candidate: Tensor
    skipped: Tensor
    block_size: int
    row: Tensor


def draw_candidates(
    num_instances: int,
    num_candidates: int,
    *,
    generator: Optional[torch.Generator] = None,
) -> CandidateBlocks:
    r"""Draws :math:`M` distinct candidates for every instance, uniform over
    the others.

    Candidates that a block of anchors shares turn the similarities into a
    matrix product. The sets are slices of random permutations, so that over
    all blocks every instance is a candidate equally often (up to one), and
    at least three times: none is overlooked. For small :math:`M` a block is
    a single anchor.

    Args:
        num_instances (int): Number of instances :math:`N \geq 2`.
        num_candidates (int): Candidates per instance,
            :math:`1 \leq M < N`. With :math:`M = N - 1` one block holds all.
        generator (torch.Generator, optional): Source of randomness.
            (default: :obj:`None`)

    Example:
        >>> blocks = draw_candidates(num_instances=10, num_candidates=4)
        >>> blocks.candidate.size(1), blocks.anchor.sort().values.tolist()
        (5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    width = num_candidates + 1
    if width == num_instances:
        everyone = torch.arange(num_instances, dtype=torch.int)
        return CandidateBlocks(everyone, everyone.view(1, -1), everyone,
                               num_instances, everyone)

    anchor = torch.randperm(num_instances, generator=generator).int()
    block_size = max(1, min(width // 4, MAX_BLOCK_SIZE))
    num_blocks = -(-num_instances // block_size)
    stream = _balanced_stream(num_instances, width, num_blocks, generator)
    candidate = stream.flatten()[:num_blocks * width].view(num_blocks, width)
    return CandidateBlocks(anchor, candidate,
                           _skipped(anchor, candidate, block_size, generator),
                           block_size, anchor)


def _balanced_stream(num_instances: int, width: int, num_blocks: int,
                     generator: Optional[torch.Generator]) -> Tensor:
    r"""Returns permutations :math:`[P, N]` whose concatenation, cut every
    :obj:`width` entries, gives slices without repeated instances."""
    num_passes = -(-num_blocks * width // num_instances)
    stream = torch.empty(num_passes, num_instances, dtype=torch.int)
    for i in range(num_passes):
        perm = torch.randperm(num_instances, generator=generator)
        num_open = (i * num_instances) % width  # of a slice that has begun
        if num_open > 0:
            # The rest of that slice must not repeat what it holds already.
            is_open = torch.zeros(num_instances, dtype=torch.bool)
            is_open[stream[i - 1, -num_open:].long()] = True
            is_open = is_open[perm]
            free, num_needed = perm[~is_open], width - num_open
            rest = torch.cat([free[num_needed:], perm[is_open]])
            order = torch.randperm(rest.numel(), generator=generator)
            perm = torch.cat([free[:num_needed], rest[order]])
        stream[i] = perm
    return stream


def _skipped(anchor: Tensor, candidate: Tensor, block_size: int,
             generator: Optional[torch.Generator]) -> Tensor:
    skipped = torch.randint(candidate.size(1), (anchor.numel(), ),
                            dtype=torch.int, generator=generator)
    _find_own(anchor.numpy(), candidate.numpy(), block_size, skipped.numpy())
    return skipped


@kernel
def _find_own(anchor: Any, candidate: Any, block_size: int,
              skipped: Any) -> None:
    r"""Lets anchors that are among their candidates skip themselves.

    With a loop over blocks in PyTorch, a graph of 100 candidates takes 1.3
    times as long (``python -m benchmarks.home_made``).
    """
    # The last block that an instance was a candidate of, and its column there.
    block = np.full(len(anchor), -1, np.int32)
    column = np.empty(len(anchor), np.int32)
    for t in range(len(candidate)):
        for j in range(candidate.shape[1]):
            block[candidate[t, j]] = t
            column[candidate[t, j]] = j
        rows = range(t * block_size,
                     min((t + 1) * block_size, len(anchor)))
        for r in rows:
            if block[anchor[r]] == t:
                skipped[r] = column[anchor[r]]
