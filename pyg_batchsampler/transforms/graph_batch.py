r"""What transforms need to know of one graph or a batch of graphs."""

from typing import Optional, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data, HeteroData


def graph_of_node(data: Data) -> Tuple[Tensor, Tensor]:
    r"""Returns the graph of every node, :math:`[V]`, and where the nodes of
    every graph begin, :math:`[B + 1]`; a single graph is a batch of one."""
    if isinstance(data, HeteroData):
        raise TypeError("'data' must be homogeneous (got HeteroData). Convert "
                        "it with 'to_homogeneous()'")
    batch: Optional[Tensor] = getattr(data, 'batch', None)
    if batch is None:
        device = data.edge_index.device
        num_nodes = int(data.num_nodes or 0)
        return (torch.zeros(num_nodes, dtype=torch.long, device=device),
                torch.tensor([0, num_nodes], device=device))
    return batch, data.ptr


def random_nodes(
    batch: Tensor,
    ptr: Tensor,
    ratio: float,
    chosen: Optional[Tensor],
    generator: Optional[torch.Generator],
) -> Tensor:
    r"""Marks :math:`\lfloor r n \rfloor` random nodes of every chosen graph
    with :math:`n` nodes.

    Args:
        batch (torch.Tensor): The graph of every node, :math:`[V]`.
        ptr (torch.Tensor): Where graphs begin, :math:`[B + 1]`.
        ratio (float): :math:`r \in [0, 1)`.
        chosen (torch.Tensor, optional): Graphs to touch, :math:`[B]`,
            ``torch.bool``; all if not given.
        generator (torch.Generator, optional): Source of randomness.
    """
    device = None if generator is None else generator.device
    noise = torch.rand(batch.numel(), dtype=torch.double, generator=generator,
                       device=device or batch.device).to(batch.device)
    count = (ptr.diff() * ratio + 1e-9).long()
    if chosen is not None:
        count = count * chosen
    # Nodes in random order within their graph; the first ones are marked.
    order = (batch + noise).argsort()
    rank = torch.arange(batch.numel(), device=batch.device) - ptr[batch]
    out = torch.zeros_like(batch, dtype=torch.bool)
    out[order] = rank < count[batch]
    return out
