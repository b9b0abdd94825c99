r"""Pairs in a mini-batch that had better not be negatives of each other,
found without labels."""

import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.checks import (check_embedding, check_non_negative,
                                     check_probability)


def similar_pairs(embedding: Tensor, ratio: float = 0.1) -> Tensor:
    r"""Marks the most similar pairs of a mini-batch, as
    :obj:`is_false_negative` for losses.

    In a hard mini-batch, the most similar pairs are the likeliest false
    negatives. Take an embedding that changes slowly, *e.g.*, what was
    recorded an epoch ago: one that follows every step confirms itself.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[B, D]`. Rows
            of zeros are not known yet, and similar to none.
        ratio (float, optional): Share of all pairs that is marked at most,
            :math:`r \in [0, 1)`. (default: :obj:`0.1`)

    Shapes:
        - **output:** a symmetric mask :math:`[B, B]`, the
          :math:`\lfloor r B (B - 1) / 2 \rfloor` pairs of largest cosine
          similarity, less those of which it is not positive

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
        >>> similar_pairs(x, ratio=0.4).nonzero().tolist()
        [[0, 1], [1, 0]]
    """
    x = F.normalize(check_embedding(embedding).float(), dim=1)
    check_probability('ratio', ratio)
    size = x.size(0)
    row, col = torch.triu_indices(size, size, 1, device=x.device)
    similarity = (x @ x.t())[row, col]
    count = min(int(ratio * row.numel() + 1e-9), int((similarity > 0).sum()))
    top = similarity.topk(count).indices
    return _mask(row[top], col[top], size)


def duplicate_pairs(embedding: Tensor, tolerance: float = 1e-5) -> Tensor:
    r"""Marks pairs of a mini-batch that coincide, as
    :obj:`is_false_negative` for losses.

    Given the embedding of an untrained
    :class:`~pyg_batchsampler.nn.GINEncoder`, these are graphs that the
    Weisfeiler-Leman test cannot tell apart: mostly isomorphic ones, of which
    TU data sets hold many. They are certain false negatives.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[B, D]`.
        tolerance (float, optional): Largest distance of duplicates, relative
            to the longer of both rows. (default: :obj:`1e-5`)

    Shapes:
        - **output:** a symmetric mask :math:`[B, B]`

    Example:
        >>> x = torch.tensor([[1.0, 2.0], [1.0, 2.0], [2.0, 4.0]])
        >>> duplicate_pairs(x).nonzero().tolist()
        [[0, 1], [1, 0]]
    """
    x = check_embedding(embedding).float()
    check_non_negative('tolerance', tolerance)
    norm = x.norm(dim=1)
    scale = torch.maximum(norm.view(-1, 1), norm)
    # Differences, not products: those lose the digits that matter.
    distance = torch.cdist(x, x,
                           compute_mode='donot_use_mm_for_euclid_dist')
    return (distance <= tolerance * scale).fill_diagonal_(False)


def _mask(row: Tensor, col: Tensor, size: int) -> Tensor:
    out = torch.zeros(size, size, dtype=torch.bool, device=row.device)
    out[row, col] = True
    return out | out.t()
