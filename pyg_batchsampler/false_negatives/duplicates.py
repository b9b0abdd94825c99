import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_non_negative
from pyg_batchsampler.false_negatives.guard import Guard


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

    Raises:
        ValueError: If :obj:`embedding` is not a finite matrix, or
            :obj:`tolerance` is negative.

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


class Duplicates(Guard):
    r"""Marks pairs of a mini-batch that are duplicates of each other, see
    :meth:`duplicate_pairs`, by an embedding that is given once.

    Args:
        embedding (torch.Tensor): One row per instance of the data set,
            :math:`[N, D]`, *e.g.*, by an encoder that is not trained yet.
        tolerance (float, optional): Largest distance of duplicates, relative
            to the longer of both rows. (default: :obj:`1e-5`)

    Example:
        >>> guard = Duplicates(torch.tensor([[1.0], [2.0], [1.0]]))
        >>> guard(torch.tensor([2, 1, 0])).nonzero().tolist()
        [[0, 2], [2, 0]]
    """
    def __init__(self, embedding: Tensor, tolerance: float = 1e-5):
        self.embedding = check_embedding(embedding)
        self.tolerance = check_non_negative('tolerance', tolerance)

    def __call__(self, index: Tensor) -> Tensor:
        rows = self.embedding[index.to(self.embedding.device)]
        return duplicate_pairs(rows, self.tolerance)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(tolerance={self.tolerance})'
