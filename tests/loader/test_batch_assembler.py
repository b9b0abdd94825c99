from typing import Any, Callable, Dict, List

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, HeteroData, InMemoryDataset

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.loader import batch_assembler
from pyg_batchsampler.loader.batch_assembler import BatchAssembler, items_of
from pyg_batchsampler.loader.collater import Collater
from tests.helpers import make_generator

N = 12
POSITIONS = [[3, 0, 7], [5], [1, 1, 11, 2], list(range(N))]


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
                 scalar=torch.tensor(i), face=torch.zeros(3, 2).long(),
                 diffusion_edge_index=torch.zeros(2, i % 2).long(),
                 node_index=torch.zeros(i % 4).long())


class OwnIncrement(Data):
    def __inc__(self, key: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        return 7 if key == 'y' else super().__inc__(key, value, *args,
                                                    **kwargs)


class Graphs(InMemoryDataset):
    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self.data, self.slices = self.collate([make(i) for i in range(N)])


class Doubled(Graphs):
    def get(self, idx: int) -> Any:
        data = super().get(idx)
        data.y = 2 * data.y
        return data


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Tensor):
        return a.dtype == b.dtype and a.equal(b)
    return type(a) is type(b) and bool(a == b)


def check(dataset: InMemoryDataset, is_plain: bool = True,
          **kwargs: Any) -> None:
    assert batch_assembler._is_plain(dataset) == is_plain
    assemble = BatchAssembler(dataset, Collater(dataset, **kwargs))
    for position in POSITIONS:
        position = [i % len(dataset) for i in position]
        items = [dataset[i] for i in position]
        expected: Batch = Batch.from_data_list(items, **kwargs)
        out = assemble(position)
        assert type(out) is type(expected)
        assert same(out.to_dict(), expected.to_dict())
        for name in ['_slice_dict', '_inc_dict']:
            a, b = getattr(out, name), getattr(expected, name)
            assert same(a, b), name
        assert out.num_graphs == expected.num_graphs == len(position)
        assert out.num_nodes == expected.num_nodes
        assert same([item.to_dict() for item in out.to_data_list()],
                    [item.to_dict() for item in expected.to_data_list()])
        assert same([item.to_dict() for item in out[:1]],
                    [item.to_dict() for item in expected[:1]])


@pytest.mark.parametrize('make', [graph, bare, rich])
@pytest.mark.parametrize('kwargs', [
    dict(),
    dict(follow_batch=['edge_index', 'y']),
    dict(exclude_keys=['x', 'y', 'num_nodes']),
])
def test_equal_to_collation(make: Callable[[int], Data],
                            kwargs: Dict[str, Any]) -> None:
    dataset = Graphs(make)
    check(dataset, **kwargs)
    check(dataset[2:9], **kwargs)
    check(dataset[torch.tensor([7, 1, 10, 1, 0, 2, 3, 4])], **kwargs)
    check(dataset.copy([4, 3, 8]), **kwargs)


def hetero(i: int) -> HeteroData:
    data = HeteroData()
    data['a'].x = torch.full((1 + i % 2, 1), float(i))
    data['a', 'to', 'a'].edge_index = torch.zeros(2, 1, dtype=torch.long)
    return data


@pytest.mark.parametrize('make', [
    hetero,
    lambda i: OwnIncrement(x=torch.ones(2, 1), y=torch.tensor([i])),
    lambda i: graph(i, name=str(i)),
    lambda i: graph(i, nested={'a': torch.ones(i)}),
    lambda i: graph(i, my_batch=torch.zeros(2).long()),
    lambda i: graph(i, short_index=torch.zeros(i).int()),
])
def test_fallback_to_collation(make: Callable[[int], Any]) -> None:
    check(Graphs(make), is_plain=False)


def test_fallback_of_data_sets() -> None:
    check(Doubled(graph), is_plain=False)
    dataset = Graphs(graph)
    dataset.transform = lambda data: Data(x=data.x + 1, y=data.y)
    check(dataset, is_plain=False)
    check(Graphs(graph).copy([3]), is_plain=False)


def test_transform_set_late() -> None:
    dataset = Graphs(graph)
    loader = BatchSamplerLoader(dataset, 4, batch_sampler='uniform')
    assert 'edge_index' in next(iter(loader))
    dataset.transform = lambda data: Data(x=data.x)
    assert 'edge_index' not in next(iter(loader))


def test_of_use_only_where_graphs_are_collated() -> None:
    dataset = Graphs(graph)
    pairs: List[Any] = [(dataset, list), ([graph(0)], Collater([]))]
    for pair in pairs:
        assert items_of(*pair) == pair
    items, collate_fn = items_of(dataset, Collater(dataset))
    assert items == range(N) and isinstance(collate_fn, BatchAssembler)


@pytest.mark.parametrize('num_workers', [0, 1])
def test_in_the_loader(num_workers: int) -> None:
    dataset = Graphs(graph)[1:]
    loader = BatchSamplerLoader(dataset, 4, batch_sampler='uniform',
                                num_workers=num_workers)
    for batch in loader:
        expected = Batch.from_data_list([dataset[i] for i in batch.input_id])
        assert same(batch.x, expected.x)
        assert same(batch.edge_index, expected.edge_index)
        assert batch.y.equal(batch.input_id + 1)


def test_workers_see_the_data_set_they_are_initialised_for() -> None:
    def first(worker_id: int) -> None:
        info = torch.utils.data.get_worker_info()
        assert info is not None and isinstance(info.dataset, Graphs)

    loader = BatchSamplerLoader(Graphs(graph), 4, batch_sampler='uniform',
                                num_workers=1, worker_init_fn=first)
    assert len(list(loader)) == 3


def test_encoder_is_run_over_assembled_batches() -> None:
    seen: List[int] = []

    def encode(batch: Batch) -> Tensor:
        seen.extend(batch.y.tolist())
        return torch.randn(batch.num_graphs, 2, generator=make_generator())

    dataset = Graphs(graph)
    list(BatchSamplerLoader(dataset, 4, encoder=encode, warmup_epochs=0))
    assert seen == list(range(N))
