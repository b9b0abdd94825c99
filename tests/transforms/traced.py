r"""Graphs whose nodes and edges know where they come from."""

from typing import Any, List

import torch
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Batch, Data

from tests.helpers import make_generator


def traced(edge_index: Tensor, size: int, label: int = 0,
           first: int = 0) -> Data:
    r"""A graph whose features hold ids of nodes, from :obj:`first` on, those
    of edges the ids of both ends."""
    return Data(x=(first + torch.arange(size)).view(-1, 1).float(),
                edge_index=edge_index,
                edge_attr=(first + edge_index).t().float(),
                y=torch.tensor([label]), num_nodes=size)


def rings(sizes: List[int]) -> Any:
    graphs, first = [], 0
    for size in sizes:
        node = torch.arange(size)
        edge_index = torch.stack([node, (node + 1) % size])
        edge_index = edge_index[:, :size if size > 1 else 0]
        graphs.append(traced(edge_index, size, size, first))
        first += size
    return Batch.from_data_list(graphs)


def random_graph(size: int, density: float, is_undirected: bool,
                 generator: torch.Generator, label: int = 0,
                 first: int = 0) -> Data:
    adj = torch.rand(size, size, generator=generator) < density
    if is_undirected:
        adj = adj.triu() | adj.triu().t()
    return traced(adj.nonzero().t().contiguous(), size, label, first)


@st.composite
def random_batch(draw: Any) -> Any:
    r"""Batches of up to five graphs of all densities, with self-loops, each
    undirected or most likely not."""
    kinds = draw(st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from([0, 0.1, 0.5, 0.9, 1]),
                  st.booleans()), min_size=1, max_size=5))
    generator = make_generator(draw(st.integers(0, 10**6)))
    graphs, first = [], 0
    for i, (size, density, is_undirected) in enumerate(kinds):
        graphs.append(random_graph(size, density, is_undirected, generator, i,
                                   first))
        first += size
    return Batch.from_data_list(graphs)


def edges_of(data: Data) -> 'set[tuple[int, int]]':
    return set(zip(*data.edge_index.tolist()))


def components(data: Data) -> 'list[set[int]]':
    left, out = set(range(data.num_nodes)), []
    edges = edges_of(data) | {(j, i) for i, j in edges_of(data)}
    while left:
        part, new = set(), {left.pop()}
        while new:
            part |= new
            new = {j for i, j in edges if i in new} - part
        out.append(part)
        left -= part
    return out
