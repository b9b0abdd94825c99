r"""What transforms need to know of one graph or a batch of graphs."""

from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.utils import cumsum

from pyg_batchsampler.checks import check_edge_index, check_graph
from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.transforms.edges_among import edges_among


def graph_of_node(data: Data) -> Tuple[Tensor, Tensor]:
    r"""Returns the graph of every node, :math:`[V]`, and where the nodes of
    every graph begin, :math:`[B + 1]`; a single graph is a batch of one."""
    check_graph(data)
    check_edge_index(data.edge_index)
    batch: Optional[Tensor] = getattr(data, 'batch', None)
    if batch is None:
        device = data.edge_index.device
        num_nodes = int(data.num_nodes or 0)
        return (torch.zeros(num_nodes, dtype=torch.long, device=device),
                torch.tensor([0, num_nodes], device=device))
    ptr: Optional[Tensor] = getattr(data, 'ptr', None)
    return batch, cumsum(batch.bincount()) if ptr is None else ptr


def part_of(count: Tensor, ratio: float) -> Tensor:
    r"""Returns :math:`\lfloor r n \rfloor` of each count, undisturbed by
    rounding.

    Example:
        >>> part_of(torch.tensor([10, 19]), 0.1)
        tensor([1, 1])
    """
    return (count.double() * ratio + 1e-9).long()


def random_reals(like: Tensor, generator: Optional[torch.Generator]) -> Tensor:
    r"""Draws one number in :math:`[0, 1)`, ``torch.double``, per element of
    :obj:`like`, on its device."""
    device = like.device if generator is None else generator.device
    return torch.rand(like.size(), dtype=torch.double, generator=generator,
                      device=device).to(like.device)


def random_members(group: Tensor, ptr: Tensor, count: Tensor,
                   generator: Optional[torch.Generator]) -> Tensor:
    r"""Marks as many random members of every group as asked for.

    On a CPU, a compiled loop draws them one by one: views of a mini-batch of
    PROTEINS (nodes dropped, features masked) take 1.7 times as long if
    members are sorted at random (``python -m benchmarks.home_made``).

    Args:
        group (torch.Tensor): The group of every member, ascending,
            :math:`[V]`.
        ptr (torch.Tensor): Where groups begin, :math:`[B + 1]`.
        count (torch.Tensor): Members to mark, :math:`[B]`.
        generator (torch.Generator, optional): Source of randomness.
    """
    random = random_reals(group, generator)
    if random.device.type == 'cpu':
        return torch.from_numpy(_random_members(ptr.numpy(), count.numpy(),
                                                random.numpy()))
    # Members in random order within their group; the first ones are marked.
    order = (group + random).argsort(stable=True)
    end = ptr[:-1] + count
    number = torch.arange(group.numel(), device=group.device)
    out = torch.zeros_like(group, dtype=torch.bool)
    out[order] = number < end.index_select(0, group)
    return out


@kernel
def _random_members(ptr: Any, count: Any, random: Any) -> Any:
    out = np.zeros(len(random), np.bool_)
    order = np.arange(len(random))
    for group in range(len(count)):
        first, last = ptr[group], ptr[group + 1]
        for i in range(first, first + count[group]):
            j = i + np.int64(random[i] * (last - i))
            order[i], order[j] = order[j], order[i]
            out[order[i]] = True
    return out


def keep_nodes(data: Data, kept: Tensor) -> Data:
    r"""Drops all but the marked nodes, :math:`[V]`, and the edges that lose
    an end, in place. Further edge sets, *e.g.*, :obj:`diffusion_edge_index`,
    are treated alike."""
    ptr = graph_of_node(data)[1]
    keys = data.keys()
    for key in keys:
        if (key == 'face' or 'index' in key) and not key.endswith(
                ('edge_index', '_batch', '_ptr')):
            raise ValueError(f"'data' must not hold '{key}', which cannot "
                             "follow when nodes are dropped. Remove it")
    node_keys = attributes(data, ptr)[0]
    is_implied = 'num_nodes' not in keys and len(node_keys) > 0
    count = cumsum(kept.long())
    new_ptr = count[ptr]
    for prefix in edge_sets(data):
        set_edges(data, *edges_among(data[f'{prefix}edge_index'], kept, count),
                  ptr, prefix)
        increments = getattr(data, '_inc_dict', None)
        if increments and increments[f'{prefix}edge_index'] is not None:
            data._inc_dict = {**increments,
                              f'{prefix}edge_index': new_ptr[:-1].cpu()}
    _replace(data, _select(data, node_keys, kept.nonzero().view(-1)), new_ptr)
    if 'ptr' in keys:
        data.ptr = new_ptr
    if not is_implied:
        data.num_nodes = int(new_ptr[-1])
    if '_num_nodes' in data._store.__dict__:
        data._num_nodes = new_ptr.diff().tolist()
    return data


def set_edges(data: Data, edge_index: Tensor, source: Tensor, ptr: Tensor,
              prefix: str = '') -> Data:
    r"""Replaces edges, in place.

    Args:
        data (torch_geometric.data.Data): One graph or a batch.
        edge_index (torch.Tensor): The new edges, graph by graph,
            :math:`[2, E']`.
        source (torch.Tensor): The old edges, of the same graphs, whose
            attributes they take, :math:`[E']`.
        ptr (torch.Tensor): Where the nodes of graphs begin among those that
            the old edges join, :math:`[B + 1]`.
        prefix (str, optional): Names the edge set. (default: :obj:`""`)
    """
    name = f'{prefix}edge_index'
    # Edges are not sorted by node, but those of a graph come before those of
    # the next one, which is all that a binary search for where graphs begin
    # needs.
    edge_ptr = torch.searchsorted(data[name][0].index_select(0, source), ptr)
    keys = [key for key in attributes(data, ptr, prefix)[1] if key != name]
    values = _select(data, keys, source)
    _replace(data, {**values, name: edge_index}, edge_ptr)
    return data


def edge_sets(data: Data) -> List[str]:
    r"""Returns what the names of edge sets begin with.

    Example:
        >>> edge_index = torch.tensor([[0], [1]])
        >>> edge_sets(Data(edge_index=edge_index,
        ...                diffusion_edge_index=edge_index))
        ['', 'diffusion_']
    """
    size = len('edge_index')
    return sorted(key[:-size] for key in data.keys()
                  if key.endswith('edge_index'))


def attributes(data: Data, ptr: Tensor,
               prefix: str = '') -> Tuple[List[str], List[str]]:
    r"""Returns the names of the tensors that hold something of every node,
    and of those that hold something of every edge of a set.

    A tensor of edges has as many rows as there are edges, in every graph of a
    batch that remembers them, and likewise for nodes. Where that leaves a
    doubt, *e.g.*, with as many edges as graphs, tensors of edges are those
    with :obj:`"edge"` in their name. The tensors of a further edge set have
    names that begin like its own, *e.g.*, :obj:`diffusion_edge_weight`.
    """
    further = tuple(f'{name}edge_' for name in edge_sets(data) if name)
    slices = getattr(data, '_slice_dict', None) or {}
    edge_name = f'{prefix}edge_index'
    num_nodes, num_edges = int(ptr[-1]), data[edge_name].size(1)
    node_slices = ptr.cpu()
    node_keys, edge_keys = [], []
    for key, value in data:
        if (not isinstance(value, Tensor) or value.dim() == 0
                or key.endswith('ptr')):
            continue
        size = value.size(data.__cat_dim__(key, value))
        is_node, is_edge = size == num_nodes, size == num_edges
        if key in slices:
            is_node = is_node and slices[key].equal(node_slices)
            is_edge = is_edge and slices[key].equal(slices[edge_name])
        if prefix or key.startswith(further):
            if is_edge and prefix and key.startswith(f'{prefix}edge_'):
                edge_keys.append(key)
        elif is_edge and 'edge' in key:
            edge_keys.append(key)
        elif is_node:
            node_keys.append(key)
        elif is_edge and size != ptr.numel() - 1:
            edge_keys.append(key)
    return node_keys, edge_keys


def _select(data: Data, keys: List[str], index: Tensor) -> Dict[str, Tensor]:
    out = {}
    for key in keys:
        value = data[key]
        out[key] = value.index_select(data.__cat_dim__(key, value), index)
    return out


def _replace(data: Data, values: Dict[str, Tensor], ptr: Tensor) -> None:
    slices = getattr(data, '_slice_dict', None)
    new_slices, keys = ptr.cpu(), data.keys()
    for key, value in values.items():
        data[key] = value
        if slices and key in slices:
            slices = {**slices, key: new_slices}
        if f'{key}_ptr' in keys:  # of 'follow_batch'
            data[f'{key}_ptr'] = ptr
    if slices:
        data._slice_dict = slices
