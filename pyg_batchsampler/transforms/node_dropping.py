from typing import Optional

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.data.datapipes import functional_transform
from torch_geometric.transforms import BaseTransform
from torch_geometric.utils import subgraph

from pyg_batchsampler.checks import check_probability
from pyg_batchsampler.transforms.graph_batch import graph_of_node, random_nodes


@functional_transform('drop_nodes_per_graph')
class NodeDropping(BaseTransform):
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
    def __init__(self, ratio: float = 0.1,
                 generator: Optional[torch.Generator] = None):
        self.ratio = check_probability('ratio', ratio)
        self.generator = generator

    def forward(self, data: Data, chosen: Optional[Tensor] = None) -> Data:
        batch, ptr = graph_of_node(data)
        kept = ~random_nodes(batch, ptr, self.ratio, chosen, self.generator)
        num_nodes = batch.numel()
        node_keys = [key for key in data.keys() if data.is_node_attr(key)]
        edge_keys = [key for key in data.keys()
                     if key != 'edge_index' and data.is_edge_attr(key)]
        edge_index, _, edge_kept = subgraph(
            kept, data.edge_index, relabel_nodes=True, num_nodes=num_nodes,
            return_edge_mask=True)
        for key in node_keys:
            data[key] = data[key][kept]
        for key in edge_keys:
            data[key] = data[key][edge_kept]
        data.edge_index = edge_index
        if 'ptr' in data:
            count = torch.zeros_like(ptr)
            count[1:].scatter_add_(0, batch, kept.long())
            data.ptr = count.cumsum(0)
        data.num_nodes = int(kept.sum())
        return data

    def __repr__(self) -> str:
        return f'{type(self).__name__}(ratio={self.ratio})'
