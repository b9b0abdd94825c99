from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_probability
from pyg_batchsampler.false_negatives.guard import Guard


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

    Raises:
        ValueError: If :obj:`embedding` is not a finite matrix, or
            :obj:`ratio` is outside :math:`[0, 1)`.

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
    out = torch.zeros(size, size, dtype=torch.bool, device=x.device)
    out[row[top], col[top]] = True
    return out | out.t()


class Similar(Guard):
    r"""Marks the most similar pairs of a mini-batch, see
    :meth:`similar_pairs`, by the embedding of the last refresh; none before
    the first.

    Args:
        ratio (float, optional): Share of all pairs that is marked at most,
            in :math:`[0, 1)`. (default: :obj:`0.1`)

    Example:
        >>> guard = Similar(ratio=0.4)
        >>> guard.refresh(torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 0.1]]))
        >>> guard(torch.tensor([2, 0, 1])).nonzero().tolist()
        [[0, 2], [2, 0]]
    """
    uses_embedding = True

    def __init__(self, ratio: float = 0.1):
        self.ratio = check_probability('ratio', ratio)
        self.embedding: Optional[Tensor] = None

    def refresh(self, embedding: Tensor) -> None:
        r"""Keeps a copy of the embedding, :math:`[N, D]`."""
        self.embedding = check_embedding(embedding).clone()

    def __call__(self, index: Tensor) -> Optional[Tensor]:
        if self.embedding is None:
            return None
        rows = self.embedding[index.to(self.embedding.device)]
        return similar_pairs(rows, self.ratio)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(ratio={self.ratio})'
