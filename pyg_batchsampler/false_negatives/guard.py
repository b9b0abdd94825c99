from typing import ClassVar, Optional

from torch import Tensor


class Guard:
    r"""Guards a loss against false negatives: marks the pairs of a mini-batch
    that had better not be negatives of each other. This one marks none;
    derive from it for another rule.

    A training loop calls :meth:`refresh` at the beginning of an epoch, with
    what has been learned until then, and in every step hands the mask of the
    mini-batch to the loss, as :obj:`is_false_negative`. In between nothing
    changes: a guard that followed every step would confirm itself.

    Example:
        >>> class Twins(Guard):  # of instances 0 and 1, 2 and 3, ...
        ...     def __call__(self, index):
        ...         family = index // 2
        ...         mask = family.view(-1, 1) == family
        ...         return mask.fill_diagonal_(False)
        >>> Twins()(torch.tensor([4, 1, 5])).nonzero().tolist()
        [[0, 2], [2, 0]]
    """
    #: Whether it learns from the embedding. Those that do not need no
    #: :meth:`refresh`.
    uses_embedding: ClassVar[bool] = False

    def refresh(self, embedding: Tensor) -> None:
        r"""Takes up what has been learned, once per epoch.

        Args:
            embedding (torch.Tensor): One row per instance of the data set,
                :math:`[N, D]`, of zeros for those that are not known yet. It
                may be overwritten afterwards: what is kept is copied.
        """

    def __call__(self, index: Tensor) -> Optional[Tensor]:
        r"""Marks pairs of a mini-batch.

        Args:
            index (torch.Tensor): Its instances, :math:`[B]`.

        Returns:
            A symmetric mask :math:`[B, B]`, ``torch.bool``, or :obj:`None`
            if there is nothing to mark.
        """
        return None

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
