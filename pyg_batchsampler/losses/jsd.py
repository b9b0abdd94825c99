import math
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.losses.pair_scores import check_mask


def jsd_loss(
    node: Tensor,
    graph: Tensor,
    batch: Tensor,
    *,
    is_false_negative: Optional[Tensor] = None,
) -> Tensor:
    r"""The Jensen-Shannon estimate of the mutual information of nodes and
    graphs, negated, from the `"Contrastive Multi-View Representation Learning
    on Graphs" <https://arxiv.org/abs/2006.05582>`_ paper.

    The nodes of one view are told which graph of the other view is theirs
    among all graphs of the mini-batch,

    .. math::
        \underset{(v, g) \, \text{negative}}{\mathrm{mean}} \left[
        \log(1 + e^{s_{v,g}}) - \log 2 \right] +
        \underset{(v, g) \, \text{positive}}{\mathrm{mean}} \left[
        \log(1 + e^{-s_{v,g}}) - \log 2 \right]

    with :math:`s` the products of their projections.

    Args:
        node (torch.Tensor): Projections of the nodes, :math:`[V, P]`.
        graph (torch.Tensor): Projections of the graphs, :math:`[B, P]`.
        batch (torch.Tensor): The graph of every node, :math:`[V]`.
        is_false_negative (torch.Tensor, optional): Pairs of instances that
            are known not to be negatives of each other, and are left out,
            :math:`[B, B]`, ``torch.bool``. (default: :obj:`None`)

    Returns:
        The sum of both means. Where there are no negatives, as in a
        mini-batch of one graph, theirs is zero.

    Raises:
        ValueError: If shapes do not fit each other, or there is no node.

    Example:
        >>> graph = 20 * torch.eye(2)  # told apart perfectly: -2 log 2, and
        >>> batch = torch.tensor([0, 0, 1])  # + log 2 from negatives at 0
        >>> loss = jsd_loss(graph[batch], graph, batch)
        >>> round(float(loss + torch.tensor(2.0).log()), 4)
        0.0
    """
    if (node.dim() != 2 or graph.dim() != 2 or batch.dim() != 1
            or node.size(1) != graph.size(1)
            or node.size(0) != batch.size(0)):
        raise ValueError("'node', 'graph' and 'batch' must be [num_nodes, "
                         "dim], [num_graphs, dim] and [num_nodes] (got "
                         f"{list(node.shape)}, {list(graph.shape)} and "
                         f"{list(batch.shape)})")
    if node.size(0) == 0:
        raise ValueError("'node' must hold at least one node "
                         f"(got {list(node.shape)})")
    if not batch.is_cuda:  # there the kernel reports it
        low, high = (int(index) for index in batch.aminmax())
        if low < 0 or high >= graph.size(0):
            raise ValueError(f"'batch' must lie in [0, {graph.size(0)}), the "
                             f"rows of 'graph' (got {low} to {high})")
    with torch.autocast(node.device.type, enabled=False):
        score = node.float() @ graph.float().t()
    positive = score.gather(1, batch.view(-1, 1))
    loss = F.softplus(-positive).mean() - math.log(2)

    is_negative = ~torch.eye(graph.size(0), dtype=torch.bool,
                             device=graph.device)
    if is_false_negative is not None:
        is_negative &= ~check_mask(is_false_negative, graph.size(0)).to(
            graph.device)
    is_negative = is_negative[batch]
    num_negatives = is_negative.sum()
    negative = (F.softplus(score) * is_negative).sum()
    return loss + (negative / num_negatives.clamp(min=1) -
                   math.log(2) * (num_negatives > 0))


class JSDLoss(torch.nn.Module):
    r"""The sum of :meth:`jsd_loss` over two views, the nodes of each against
    the graphs of the other.

    Example:
        >>> z = torch.zeros(3, 4)  # nothing is told apart: 0
        >>> batch = torch.tensor([0, 1, 2])
        >>> round(float(JSDLoss()(z, z, z, z, batch)), 4)
        0.0
    """
    def forward(self, node1: Tensor, node2: Tensor, graph1: Tensor,
                graph2: Tensor, batch: Tensor,
                is_false_negative: Optional[Tensor] = None) -> Tensor:
        r"""Takes projections of nodes :math:`[V, P]` and graphs
        :math:`[B, P]` of both views, which share their nodes."""
        return (jsd_loss(node1, graph2, batch,
                         is_false_negative=is_false_negative) +
                jsd_loss(node2, graph1, batch,
                         is_false_negative=is_false_negative))
