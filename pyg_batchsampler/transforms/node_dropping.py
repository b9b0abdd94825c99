from typing import Optional

from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform

from pyg_batchsampler.transforms.augmentation import Augmentation
from pyg_batchsampler.transforms.graph_batch import (graph_of_node, keep_nodes,
                                                     part_of, random_members)


@functional_transform('drop_nodes_per_graph')
class NodeDropping(Augmentation):
    r"""Drops nodes at random, with their edges, as in the `"Graph Contrastive
    Learning with Augmentations" <https://arxiv.org/abs/2010.13902>`_ paper.

    Works on one graph or, without a loop, on a whole batch. Of :math:`n`
    nodes, :math:`\lfloor r n \rfloor` are dropped, so that no graph is lost.

    Args:
        ratio (float, optional): Share of nodes :math:`r \in [0, 1)`.
            (default: :obj:`0.1`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Example:
        >>> data = Data(x=torch.ones(10, 1),
        ...             edge_index=torch.tensor([[0, 1], [1, 0]]))
        >>> NodeDropping(ratio=0.2)(data).num_nodes
        8
    """
    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        batch, ptr = graph_of_node(data)
        count = part_of(ptr.diff(), self.ratio)
        if chosen is not None:
            count = count * chosen
        return keep_nodes(
            data, ~random_members(batch, ptr, count, self.generator))
