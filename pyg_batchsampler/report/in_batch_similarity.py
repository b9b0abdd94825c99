from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.check_batches import Batches, check_batches
from pyg_batchsampler.report.per_mini_batch import per_mini_batch
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows


def in_batch_similarity(embedding: Tensor, batches: Batches,
                        center: bool = False) -> Tensor:
    r"""Returns how similar the instances of mini-batches are to each other:
    the mean cosine similarity over all pairs :math:`i \neq j` of each. How
    hard the few negatives are that a loss feels, it does not tell: see
    :meth:`hardest_negative_similarity`.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

    Raises:
        ValueError: If a mini-batch holds anything but indices in
            :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    Example:
        >>> in_batch_similarity(torch.eye(2), [[0, 0], [0, 1]])
        tensor([1., 0.])
    """
    x = UnitRows(check_embedding(embedding), center)
    return per_mini_batch(x, check_batches(batches, x.size(0)),
                          mean_similarity)
