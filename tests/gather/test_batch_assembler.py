from typing import Any, Callable, Dict, List

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Batch, Data, HeteroData, InMemoryDataset

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.gather.batch_assembler import BatchAssembler, items_of
from pyg_batchsampler.gather.collater import Collater
from tests.gather.graphs import Graphs, N, bare, compare, graph, rich, same
from tests.helpers import make_generator

POSITIONS = [[3, 0, 7], [5], [1, 1, 11, 2], list(range(N))]


class OwnIncrement(Data):
    def __inc__(self, key: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        return 7 if key == 'y' else super().__inc__(key, value, *args,
                                                    **kwargs)


class Doubled(Graphs):
    def get(self, idx: int) -> Any:
        data = super().get(idx)
        data.y = 2 * data.y
        return data


def check(dataset: InMemoryDataset, is_fast: bool = True,
          **kwargs: Any) -> None:
    collated: List[Any] = []
    assemble = BatchAssembler(dataset, **kwargs)
    collate = assemble._collater

    def note(items: List[Any]) -> Any:
        collated.append(items)
        return collate(items)

    assemble._collater = note  # type: ignore[assignment]
    for position in POSITIONS:
        compare(assemble, [i % len(dataset) for i in position], **kwargs)
    assert is_fast == (not collated)


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
    lambda i: graph(i, names=[str(i)]),
    lambda i: graph(i, name=str(i) if i != 5 else 5),
    lambda i: graph(i, nested={'a': torch.ones(i)}),
    lambda i: graph(i, my_batch=torch.zeros(2).long()),
    lambda i: graph(i, short_index=torch.zeros(i).int()),
])
def test_fallback_to_collation(make: Callable[[int], Any]) -> None:
    check(Graphs(make), is_fast=False)


def test_fallback_of_data_sets() -> None:
    check(Doubled(graph), is_fast=False)
    dataset = Graphs(graph)
    dataset.transform = lambda data: Data(x=data.x + 1, y=data.y)
    check(dataset, is_fast=False)
    check(Graphs(graph).copy([3]), is_fast=False)


ATTRIBUTES = {
    'x': lambda n, e, f: torch.randn(n, f),
    'feat': lambda n, e, f: torch.randn(n),
    'n_id': lambda n, e, f: torch.randint(9, (n, )),
    'edge_index': lambda n, e, f: torch.randint(n, (2, e)) if n else
    torch.empty(2, 0).long(),
    'edge_attr': lambda n, e, f: torch.randint(9, (e, f)).short(),
    'tree_index': lambda n, e, f: torch.randint(9, (f, 2, e)),
    'mask': lambda n, e, f: torch.rand(n) > 0.5,
    'label': lambda n, e, f: torch.randn(1, f, dtype=torch.double),
    'y': lambda n, e, f: torch.tensor(e),
    'name': lambda n, e, f: 'abc'[:e],
    'weight': lambda n, e, f: float(n),
    'num_nodes': lambda n, e, f: n,
}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_any_contents(data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), min_size=1,
                              unique=True))
    sizes = data.draw(st.lists(st.tuples(st.integers(0, 4),
                                         st.integers(0, 4)), min_size=2))
    width = data.draw(st.integers(1, 3))
    chosen = data.draw(st.lists(st.integers(0, len(sizes) - 1), min_size=1))
    options = st.none() | st.lists(st.sampled_from(keys))
    kwargs = dict(follow_batch=data.draw(options),
                  exclude_keys=data.draw(options))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        dataset = InMemoryDataset()
        dataset.data, dataset.slices = dataset.collate([
            Data(**{key: ATTRIBUTES[key](n, e, width) for key in keys})
            for n, e in sizes])
    if data.draw(st.booleans()):  # some graphs are kept
        dataset[chosen[0]]
    compare(BatchAssembler(dataset, **kwargs), chosen, **kwargs)


def test_scattered_tensors() -> None:
    for change in [
            lambda x: torch.cat([x, x], dim=-1)[..., :x.size(-1)],
            lambda x: x.t().contiguous().t() if x.dim() == 2 else x,
            lambda x: torch.stack([x, x], dim=-1)[..., 0]]:
        dataset = Graphs(graph)
        for key, value in dataset._data.to_dict().items():
            dataset._data[key] = change(value)
        for position in POSITIONS:
            compare(BatchAssembler(dataset), position)


def test_damaged_slices() -> None:
    for change in [-1, 99]:
        dataset = Graphs(graph)
        dataset.slices['x'][4] = change
        with pytest.raises((IndexError, RuntimeError)):  # PyG's
            BatchAssembler(dataset)([3, 4])


def test_positions() -> None:
    dataset = Graphs(graph)
    expected = Batch.from_data_list([dataset[-1], dataset[2]])
    assert same(BatchAssembler(dataset)(torch.tensor([-1, 2])).to_dict(),
                expected.to_dict())
    with pytest.raises(IndexError):
        BatchAssembler(dataset)([N])
    items: Any = [graph(i) for i in range(3)]
    assert BatchAssembler(items)([2, 0]).y.tolist() == [2, 0]


def test_transform_set_late() -> None:
    dataset = Graphs(graph)
    loader = BatchSamplerLoader(dataset, 4, batch_sampler='uniform')
    assert 'edge_index' in next(iter(loader))
    dataset.transform = lambda data: Data(x=data.x)
    assert 'edge_index' not in next(iter(loader))


class Where:
    r"""A transform that notes whether a worker runs it."""
    def __call__(self, data: Data) -> Data:
        is_worker = torch.utils.data.get_worker_info() is not None
        return Data(x=data.x, is_worker=is_worker)


def test_processes_load_only_what_is_not_gathered() -> None:
    dataset = Graphs(graph)
    loader = BatchSamplerLoader(dataset, 4, batch_sampler='uniform',
                                num_workers=1, persistent_workers=True,
                                prefetch_factor=3)
    assert all('is_worker' not in batch for batch in loader)
    dataset.transform = Where()
    assert all(bool(batch.is_worker.all()) for batch in loader)
    dataset.transform = None
    assert all('is_worker' not in batch for batch in loader)


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
