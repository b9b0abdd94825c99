r"""Small data sets, and what PyG makes of them."""

import warnings
from typing import Any, Callable, List

import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, InMemoryDataset

from pyg_batchsampler.gather.batch_assembler import BatchAssembler
from tests.helpers import make_generator

N = 12


def graph(i: int, **kwargs: Any) -> Data:
    r"""A graph of one to four nodes, some without edges."""
    generator = make_generator(i)
    n, e = 1 + i % 4, i % 3
    return Data(
        x=torch.randn(n, 2, generator=generator),
        edge_index=torch.randint(n, (2, e), generator=generator),
        edge_attr=torch.randn(e, 3, generator=generator),
        y=torch.tensor([i]), **kwargs)


def bare(i: int) -> Data:
    r"""A graph whose number of nodes is listed."""
    data = graph(i)
    return Data(edge_index=data.edge_index, y=i % 2, num_nodes=i % 3 + 4)


def rich(i: int) -> Data:
    r"""Attributes of all kinds that are plain tensors in the end."""
    return graph(i, pos=torch.ones(1 + i % 4, 3), weight=0.5 * i, count=i,
                 name=str(i), flag=i % 2 == 0, half=torch.ones(i, 2).half(),
                 wide=torch.full((i % 3, 2, 2), i), small=torch.ones(i).int(),
                 deep_index=torch.full((2, 2, i), i),
                 scalar=torch.tensor(i), face=torch.zeros(3, 2).long(),
                 diffusion_edge_index=torch.zeros(2, i % 2).long(),
                 node_index=torch.zeros(i % 4).long())


class Graphs(InMemoryDataset):
    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self.data, self.slices = self.collate([make(i) for i in range(N)])


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Tensor):
        return a.dtype == b.dtype and a.equal(b)
    return type(a) is type(b) and bool(a == b)


def compare(assemble: BatchAssembler, position: List[int],
            **kwargs: Any) -> None:
    r"""Expects the mini-batch that PyG makes."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # about graphs that tell no nodes
        out = assemble(position)
        expected: Any = Batch.from_data_list(
            [assemble.dataset[i] for i in position], **kwargs)
    assert type(out) is type(expected)
    assert same(out.to_dict(), expected.to_dict())
    for name in ['_slice_dict', '_inc_dict', '_num_graphs']:
        assert same(getattr(out, name), getattr(expected, name)), name
    assert out.num_graphs == len(position)
    assert same([item.to_dict() for item in out.to_data_list()],
                [item.to_dict() for item in expected.to_data_list()])
    assert same(out[0].to_dict(), expected[0].to_dict())
    assert same([item.to_dict() for item in out[:1]],
                [item.to_dict() for item in expected[:1]])
