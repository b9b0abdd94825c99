from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.report.check_batches import Batches, check_batches
from pyg_batchsampler.report.per_mini_batch import (hardest_per_mini_batch,
                                                    stacked)
from pyg_batchsampler.similarity.unit_rows import UnitRows


def hardest_negative_similarity(embedding: Tensor, batches: Batches,
                                num_negatives: int = 1,
                                center: bool = False) -> Tensor:
    r"""Returns how hard mini-batches are to a contrastive loss, which feels
    the few negatives that are most similar to an anchor: the mean cosine
    similarity of every instance to the :math:`n` most similar others in the
    mini-batch (top-:math:`n`).

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        batches (list): The instances of each mini-batch.
        num_negatives (int, optional): :math:`n \geq 1`; all others if there
            are fewer, which gives :meth:`in_batch_similarity`. (default:
            :obj:`1`)
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

    Raises:
        ValueError: If a mini-batch holds anything but indices in
            :math:`[0, N)`.

    Shapes:
        - **output:** one value per mini-batch, :obj:`nan` for those with
          fewer than two instances

    .. note::
        It takes the time of all :math:`B^2` products in each mini-batch; no
        more than some millions of them are held at a time.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
        >>> hardest_negative_similarity(x, [[0, 1, 2], [0, 2]])
        tensor([0.7333, 0.0000])
    """
    check_integer('num_negatives', num_negatives, low=1)
    x = UnitRows(check_embedding(embedding), center)
    hardest = hardest_per_mini_batch(x, check_batches(batches, x.size(0)),
                                     num_negatives)
    return stacked([each.similarity.mean() for each in hardest], x)
