from dataclasses import dataclass
from functools import cached_property
from typing import List, Optional

from torch import Tensor

from pyg_batchsampler.report.hardness import Hardness, measure_hardness


@dataclass(eq=False)
class PlannedSegment:
    r"""Mini-batches that were planned together, and what they were planned
    on.

    Args:
        batches (List[torch.Tensor]): The instances of each mini-batch, of all
            ranks.
        embedding (torch.Tensor, optional): The embedding :math:`[N, D]` that
            was known then.
        center (bool): Whether it is standardised before it is compared.

    Example:
        >>> batches = [torch.tensor([0, 1]), torch.tensor([2, 3])]
        >>> x = torch.eye(2)[[0, 0, 1, 1]]
        >>> PlannedSegment(batches, x, center=False).hardness.similarity
        1.0
    """
    batches: List[Tensor]
    embedding: Optional[Tensor]
    center: bool

    @cached_property
    def hardness(self) -> Optional[Hardness]:
        r"""How hard they are, which is measured when it is asked for first;
        :obj:`None` without an embedding."""
        if self.embedding is None:
            return None
        return measure_hardness(self.embedding, self.batches, self.center)
