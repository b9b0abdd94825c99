from typing import Any, Optional, Protocol, Tuple, Union

from torch import Tensor

from pyg_batchsampler.similarity.join_pairs import Pair

Views = Union[Tensor, Pair, None]


class Method(Protocol):
    r"""What :meth:`fit` trains: a callable that turns a mini-batch and a mask
    of pairs that are no negatives, :math:`[B, B]` or :obj:`None`, into a loss
    and the embeddings of both views, or of the sides of pairs.

    All that depends on the method and on what instances are, graphs, images,
    text or pairs, is its own: device, views, model, loss. The embeddings are
    a tuple of two, a tensor :math:`[B, D]`, or :obj:`None` if nothing is to
    be recorded.
    """
    def __call__(self, batch: Any, mask: Optional[Tensor],
                 /) -> Tuple[Tensor, Views]:
        ...
