from abc import abstractmethod
from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.transforms import BaseTransform

from pyg_batchsampler.checks import check_probability


class Augmentation(BaseTransform):
    r"""An abstract base class of random changes to a share of each graph, as
    in the `"Graph Contrastive Learning with Augmentations"
    <https://arxiv.org/abs/2010.13902>`_ paper.

    An augmentation takes one graph or, without a loop over graphs, a whole
    batch on its device, and returns as many graphs. Tensors of nodes and
    edges follow, those of graphs stay, the input is left as it is. What
    :class:`~torch_geometric.data.Batch` remembers of its graphs is kept
    right, so that :obj:`batch[i]` and :meth:`to_data_list` hold for the
    output.

    Args:
        ratio (float, optional): Share :math:`r \in [0, 1)` of each graph.
            (default: :obj:`0.1`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)
    """
    def __init__(self, ratio: float = 0.1,
                 generator: Optional[torch.Generator] = None):
        self.ratio = check_probability('ratio', ratio)
        self.generator = generator

    @abstractmethod
    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        r"""Changes :obj:`data`, a shallow copy.

        Args:
            data (torch_geometric.data.Data): One graph or a batch of
                :math:`B`.
            chosen (torch.Tensor, optional): Graphs to touch, :math:`[B]`,
                ``torch.bool``; all if not given. (default: :obj:`None`)
        """

    def __repr__(self) -> str:
        return f'{type(self).__name__}(ratio={self.ratio})'
