import copy
import io
import warnings
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import (BatchSampler, DataLoader, IterableDataset,
                              RandomSampler)
from torch_geometric.data import Data, HeteroData, InMemoryDataset

from pyg_batchsampler import (BatchSamplerLoader, Proximity,
                              ProximityBatchSampler, UniformBatchSampler)
from tests.helpers import (flatten, make_generator, numbered_graphs, raises,
                           untouched_random_state)

N, B = 30, 8
GRAPHS = numbered_graphs(N)
X = torch.randn(N, 4, generator=make_generator())


class Graphs(InMemoryDataset):
    def __init__(self, num_graphs: int = N) -> None:
        super().__init__()
        self.data, self.slices = self.collate(numbered_graphs(num_graphs))


def drive(loader: BatchSamplerLoader, num_epochs: int = 3,
          states: Optional[List[Dict[str, Any]]] = None) -> List[List[int]]:
    r"""Trains, so to speak: checks what is delivered and records."""
    out: List[List[int]] = []
    while True:
        for batch in loader:
            index = batch.input_id
            assert batch.x[batch.ptr[:-1], 0].long().equal(index)
            assert loader.input_id is not None
            assert loader.input_id.equal(index)
            out.append(index.tolist())
            if loader._refresher.source == 'recorded':
                loader.update(X[index] + 0.02 * len(out), index)
            if states is not None:
                states.append(copy.deepcopy(loader.state_dict()))
        if loader._sampler.cursor.epoch >= num_epochs - 1:
            return out


class Encoder(torch.nn.Module):
    r"""Looks rows up; counts its runs over the data set."""
    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(X.clone())
        self.dropout = torch.nn.Dropout(0.9).eval()
        self.seen: List[int] = []

    def forward(self, batch: Any) -> Tensor:
        assert not self.training and not torch.is_grad_enabled()
        self.seen += batch.x[batch.ptr[:-1], 0].long().tolist()
        return self.weight[batch.x[batch.ptr[:-1], 0].long()]


SETTINGS: List[Dict[str, Any]] = [
    dict(embedding=X),
    dict(),
    dict(refresh_interval=3),
    dict(refresh_interval=1, warmup_epochs=0, replacement=True),
    dict(refresh_interval=2, drop_last=True),
    dict(batch_sampler='knn', refresh_interval=3),
    dict(batch_sampler='uniform'),
]


@pytest.mark.parametrize('kwargs', SETTINGS)
def test_resume_at_every_position(kwargs: Dict[str, Any]) -> None:
    states: List[Dict[str, Any]] = []
    expected = drive(BatchSamplerLoader(GRAPHS, B, **kwargs), states=states)
    assert len(expected) == 3 * (3 if kwargs.get('drop_last') else 4)
    for i, state in enumerate(states[:-1]):
        buffer = io.BytesIO()
        torch.save(state, buffer)
        buffer.seek(0)
        loader = BatchSamplerLoader(GRAPHS, B, **kwargs)
        loader.load_state_dict(torch.load(buffer, weights_only=True))
        out: List[List[int]] = []
        while len(out) < len(expected) - i - 1:
            for batch in loader:
                out.append(batch.input_id.tolist())
                if 'embedding' not in kwargs:
                    loader.update(X[batch.input_id] + 0.02 *
                                  (len(out) + i + 1), batch.input_id)
        assert out == expected[i + 1:]


@pytest.mark.parametrize('kwargs', SETTINGS[1:4])
def test_workers_change_nothing(kwargs: Dict[str, Any]) -> None:
    expected = drive(BatchSamplerLoader(GRAPHS, B, **kwargs))
    with untouched_random_state():
        loader = BatchSamplerLoader(GRAPHS, B, num_workers=2, **kwargs)
        assert drive(loader) == expected


def test_spawned_persistent_workers() -> None:
    loader = BatchSamplerLoader(Graphs(), B, num_workers=1,
                                persistent_workers=True,
                                multiprocessing_context='spawn')
    assert drive(loader, 2) == drive(BatchSamplerLoader(GRAPHS, B), 2)


@pytest.mark.parametrize('interval', [1, 3, 4, 5, 9])
@pytest.mark.parametrize('num_workers', [0, 2])
def test_refresh_at_its_step(interval: int, num_workers: int) -> None:
    if num_workers > 0 and interval != 3:
        return
    encoder = Encoder().train()
    encoder.dropout.eval()
    loader = BatchSamplerLoader(GRAPHS, B, encoder=encoder,
                                refresh_interval=interval,
                                num_workers=num_workers)
    runs = []
    for _ in range(4):
        batches = []
        for batch in loader:
            batches.append(batch.input_id.tolist())
            runs.append(len(encoder.seen) // N)
        assert sorted(flatten(batches)) == list(range(N))
    # Four steps of warm-up, then a run every interval steps.
    assert runs == [0] * 4 + [1 + i // interval for i in range(12)]
    assert encoder.seen[:N] == list(range(N))
    assert encoder.training and not encoder.dropout.training


def test_refresh_changes_the_plan() -> None:
    encoder = Encoder()
    make = [BatchSamplerLoader(GRAPHS, B, encoder=encoder, warmup_epochs=0,
                               refresh_interval=2) for _ in range(2)]
    first = [batch.input_id.tolist() for batch in make[0]]
    second = []
    for i, batch in enumerate(make[1]):
        second.append(batch.input_id.tolist())
        if i == 1:  # between the refreshes at steps 0 and 2
            encoder.weight.data = encoder.weight.data[:, :2].clone()
    assert first[:2] == second[:2] and first[2:] != second[2:]


def test_encoder_run_as_a_bound_method_and_over_another_data_set() -> None:
    encoder = Encoder().train()
    shifted = numbered_graphs(N)
    loader = BatchSamplerLoader(GRAPHS, B, encoder=encoder.forward,
                                encode_dataset=shifted, warmup_epochs=0)
    with untouched_random_state():
        list(loader)
    assert encoder.training and encoder.seen == list(range(N))
    assert loader._refresher.interval == 100


def test_uniform_needs_no_encoding() -> None:
    encoder = Encoder()
    list(BatchSamplerLoader(GRAPHS, B, batch_sampler='uniform',
                            encoder=encoder, warmup_epochs=0))
    assert encoder.seen == []


def test_early_break_and_two_live_iterators() -> None:
    epochs = drive(BatchSamplerLoader(GRAPHS, B, embedding=X))
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    for _ in loader:
        break
    assert [b.input_id.tolist() for b in loader] == epochs[4:8]
    loader.set_epoch(0)
    first, second = iter(loader), iter(loader)
    pairs = [(a.input_id.tolist(), b.input_id.tolist())
             for a, b in zip(first, second)]
    assert [a for a, _ in pairs] == epochs[:4]
    assert [b for _, b in pairs] == epochs[4:8]


def test_early_break_and_two_live_iterators_with_workers() -> None:
    epochs = drive(BatchSamplerLoader(GRAPHS, B, embedding=X), 2)
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X, num_workers=1,
                                persistent_workers=True)
    for _ in loader:
        break
    loader.set_epoch(0)
    pairs = [(a.input_id.tolist(), b.input_id.tolist())
             for a, b in zip(iter(loader), iter(loader))]
    assert [a for a, _ in pairs] == epochs[:4]
    assert [b for _, b in pairs] == epochs[4:]


def test_length_and_epochs() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    assert len(loader) == len(list(loader)) == 4
    assert loader.batch_sampler is loader._sampler
    loader.batch_sampler.sampler.set_epoch(7)  # as Lightning does
    first = [b.input_id.tolist() for b in loader]
    loader.set_epoch(7)
    assert [b.input_id.tolist() for b in loader] == first


@pytest.mark.parametrize('kwargs,source', [
    (dict(embedding=X), 'given'), ({}, 'recorded'),
    (dict(encoder=lambda batch: X[batch.input_id]), 'encoder'),
    (dict(batch_sampler=UniformBatchSampler(X, B)), 'given')])
def test_repr_shows_where_embeddings_come_from(kwargs: Any,
                                               source: str) -> None:
    loader = BatchSamplerLoader(GRAPHS, B, **kwargs)
    assert loader.source == source
    assert repr(loader) == (f'BatchSamplerLoader({loader.batch_sampler}, '
                            f"source='{source}')")


def test_hetero_data() -> None:
    graphs = []
    for i in range(N):
        data = HeteroData()
        data['a'].x = torch.full((2, 1), float(i))
        data['b'].x = torch.ones(1, 1)
        data['a', 'to', 'b'].edge_index = torch.zeros(2, 1, dtype=torch.long)
        graphs.append(data)
    for batch in BatchSamplerLoader(graphs, B, embedding=X):
        assert batch['a'].x[::2, 0].long().equal(batch.input_id)


def test_sliced_in_memory_dataset() -> None:
    dataset = Graphs(50)[10:40]
    for batch in BatchSamplerLoader(dataset, B, embedding=X):
        first = batch.x[batch.ptr[:-1], 0].long()
        assert first.equal(batch.input_id + 10)


def test_on_disk_dataset(tmp_path: Any) -> None:
    from torch_geometric.data import OnDiskDataset
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        dataset = OnDiskDataset(str(tmp_path))
        dataset.extend(numbered_graphs(N))
        batches = list(BatchSamplerLoader(dataset, B, embedding=X))
        dataset.close()
    for batch in batches:
        assert batch.x[batch.ptr[:-1], 0].long().equal(batch.input_id)


def test_follow_batch_and_exclude_keys() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X, follow_batch=['x'],
                                exclude_keys=['y'])
    batch = next(iter(loader))
    assert batch.x_batch.equal(batch.batch) and 'y' not in batch


class Pairs:
    r"""Items of any kind by position."""
    def __init__(self, make: Any) -> None:
        self.make = make

    def __len__(self) -> int:
        return N

    def __getitem__(self, i: int) -> Any:
        return self.make(i)


@pytest.mark.parametrize('make,first', [
    (lambda i: torch.tensor(i), lambda out: out),
    (lambda i: (torch.zeros(3, 4), i), lambda out: out[1]),
    (lambda i: str(i), lambda out: torch.tensor([int(s) for s in out])),
    (lambda i: {'a': np.array([i]), 'b': 'x'}, lambda out: out['a'][:, 0]),
    (lambda i: (GRAPHS[i], GRAPHS[-i]), lambda out: out[0].y),
    (lambda i: (GRAPHS[i], np.array([i])), lambda out: out[1][:, 0]),
    (lambda i: {'g': GRAPHS[i], 't': str(i)}, lambda out: out['g'].y),
])
def test_items_of_any_kind(make: Any, first: Any) -> None:
    loader = BatchSamplerLoader(Pairs(make), B, embedding=X)
    seen = []
    for batch in loader:
        assert loader.input_id is not None
        assert first(batch).equal(loader.input_id)
        seen += loader.input_id.tolist()
    assert sorted(seen) == list(range(N))


def test_tensor_as_data_set() -> None:
    images = torch.arange(N * 4.).view(N, 2, 2)
    loader = BatchSamplerLoader(images, B, embedding=X)
    for batch in loader:
        assert batch.equal(images[loader.input_id])


@pytest.mark.parametrize('num_workers', [0, 2])
def test_collate_fn_is_honoured(num_workers: int) -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X, collate_fn=list,
                                num_workers=num_workers)
    for batch in loader:
        assert isinstance(batch, list) and isinstance(batch[0], Data)
        assert loader.input_id is not None
        assert [int(data.y) for data in batch] == loader.input_id.tolist()


def test_sampler_object() -> None:
    sampler = ProximityBatchSampler(X, 10)
    loader = BatchSamplerLoader(GRAPHS, batch_sampler=sampler)
    assert [b.num_graphs for b in loader] == [10, 10, 10]


def test_recording_reaches_every_instance_first() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, warmup_epochs=0)
    uniform = BatchSamplerLoader(GRAPHS, B, batch_sampler='uniform')
    expected = [[b.input_id.tolist() for b in uniform] for _ in range(3)]
    for epoch in range(3):
        batches = []
        for i, batch in enumerate(loader):
            batches.append(batch.input_id.tolist())
            if epoch > 0 or i < 2:
                loader.update(X[batch.input_id], batch.input_id)
        # The third mini-batch of the first epoch is recorded in the second.
        assert (batches == expected[epoch]) == (epoch < 2)
        assert loader.is_hard == (epoch == 2)


def test_forgotten_recording_is_told_once() -> None:
    loader = BatchSamplerLoader(GRAPHS, B)
    list(loader)
    with pytest.warns(UserWarning, match='^no embeddings were recorded in a '
                      'whole epoch: batches stay uniform'):
        list(loader)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        list(loader)


def test_warns_if_epochs_end_early() -> None:
    loader = BatchSamplerLoader(numbered_graphs(60), batch_size=10)
    message = (r'only \d+ of 60 instances were recorded after as many '
               'mini-batches as two epochs have: batches stay uniform until '
               'all are. Record every mini-batch, and do not end epochs early')
    with pytest.warns(UserWarning, match=f'^{message}$'):
        for _ in range(7):
            for batch, _ in zip(loader, range(2)):
                loader.update(torch.randn(10, 2), batch.input_id)



class Stream(IterableDataset[int]):
    def __iter__(self) -> Iterator[int]:
        return iter(range(3))


@pytest.mark.parametrize('args,kwargs,error,message', [
    ((GRAPHS, ), dict(shuffle=True), ValueError,
     "'shuffle' must not be set: the batch sampler decides on the order. "
     "Leave it out, or use batch_sampler='uniform' for shuffled "
     "mini-batches"),
    ((GRAPHS, ), dict(sampler=RandomSampler(GRAPHS)), ValueError,
     "'sampler' must not be given: whole mini-batches are sampled. Give "
     "'batch_sampler' instead, e.g., batch_sampler='uniform'"),
    ((GRAPHS, ), dict(in_order=False), ValueError,
     "'in_order' must be True: mini-batches that arrive in another order "
     "would carry the 'input_id' of others. Leave it out"),
    ((GRAPHS, ), dict(batch_sampler='uniform', num_candidates=7), TypeError,
     "'num_candidates' is no option of the strategy 'uniform' (got 7). It "
     "belongs to 'proximity': leave it out"),
    ((GRAPHS, ), dict(hard=7), TypeError, "'hard' is no option of the "
     "strategy 'proximity' (got 7). Options: walk_size, num_candidates, "
     "num_neighbors, restart_prob, restart_decay, max_steps, backend, "
     "min_recall"),
    ((GRAPHS, ), dict(n_workers=2), TypeError, "'n_workers' is no argument of "
     "a loader. Did you mean 'num_workers'?"),
    ((GRAPHS, ), dict(strategy='knn'), TypeError, "'strategy' is called "
     "'batch_sampler' here. Give batch_sampler='knn'"),
    ((GRAPHS, B), dict(batch_sampler=ProximityBatchSampler(X, B), embedding=X),
     ValueError, "'embedding' must be given to the sampler, since "
     "'batch_sampler' is one already and has another"),
    ((GRAPHS, ), dict(batch_sampler=Proximity(), num_neighbors=7), TypeError,
     "'num_neighbors' must be given to the strategy, since it is one already "
     "(got 7): Proximity(num_neighbors=7)"),
    ((dict(train=GRAPHS, test=GRAPHS), ), {}, TypeError,
     "'dataset' must hold instances by position (got dict of 'train', "
     "'test'). Take one of its values"),
    ((GRAPHS, ), dict(batch_sampler=BatchSampler(RandomSampler(GRAPHS), 4,
                                                 False)), TypeError,
     "'batch_sampler' must be a name ('bandwidth', 'chain', 'kmeans', "
     "'knn', 'partition', 'proximity', 'uniform'), a "
     "Strategy or a sampler of this package (got BatchSampler). For other "
     "samplers use torch_geometric.loader.DataLoader, or write a Strategy"),
    ((GRAPHS[0], ), {}, TypeError, "'dataset' must hold many instances (got "
     "Data, one object). Give a list of graphs or a data set"),
    ((Stream(), ), {}, TypeError,
     "'dataset' must have a length and items, since hard mini-batches are "
     "chosen among all instances (got Stream). Load a streaming data set into "
     "memory or use torch_geometric.loader.DataLoader"),
    (([], ), {}, ValueError,
     "'dataset' must hold at least one instance (got 0)"),
    ((GRAPHS, B), dict(batch_sampler='hard'), ValueError,
     "'batch_sampler' must be one of 'bandwidth', 'chain', 'kmeans', "
     "'knn', 'partition', 'proximity', 'uniform' "
     "(got 'hard')"),
    ((GRAPHS, B), dict(batch_sampler=ProximityBatchSampler(9, 3)), ValueError,
     "'batch_sampler' must be made for the data set's 30 instances (got 9)"),
    ((GRAPHS, B), dict(encoder=Encoder(), embedding=X), ValueError,
     "'encoder' and 'embedding' exclude each other. Give one of them, or "
     "neither to record embeddings with 'update'"),
    ((GRAPHS, B), dict(encode_dataset=GRAPHS), ValueError,
     "'encode_dataset' needs an 'encoder'"),
    ((GRAPHS, B), dict(encoder=Encoder(), encode_dataset=GRAPHS[:3]),
     ValueError, "'encode_dataset' must have the length of 'dataset', 30 "
     "(got 3)"),
    ((GRAPHS, B), dict(encoder=3), TypeError,
     "'encoder' must be callable (got int)"),
    ((GRAPHS, B), dict(embedding=X[:5]), ValueError,
     "'embedding' must have one row per instance, 30 (got 5)"),
    ((GRAPHS, B), dict(refresh_interval=0), ValueError,
     "'refresh_interval' must be at least 1 (got 0)"),
    ((GRAPHS, B), dict(embedding=X, refresh_interval=5), ValueError,
     "'refresh_interval' needs embeddings that change. Give an 'encoder', or "
     "neither it nor 'embedding'"),
    ((GRAPHS, B), dict(warmup_epochs=-1), ValueError,
     "'warmup_epochs' must be at least 0 (got -1)"),
])
def test_bad_values(args: Tuple[Any, ...], kwargs: Dict[str, Any],
                    error: type, message: str) -> None:
    with raises(error, message):
        BatchSamplerLoader(*args, **kwargs)


@pytest.mark.parametrize('encoder,message', [
    (lambda batch: batch.y.float(),
     "'encoder' must return a matrix, [batch_size, dim] (got [30])"),
    (lambda batch: batch.x,
     "'encoder' must return one row per instance, 30 (got 75). Graphs without "
     "nodes need 'size=batch.num_graphs' in pooling"),
])
def test_bad_encoder(encoder: Any, message: str) -> None:
    with raises(ValueError, message):
        list(BatchSamplerLoader(GRAPHS, B, encoder=encoder, warmup_epochs=0))


@pytest.mark.parametrize('embedding,index,message', [
    (X[:3], torch.tensor([0, 1]), "'index' must hold one instance per row of "
     "'embedding', 3 (got [2] of torch.int64)"),
    (X[:1], torch.tensor([30]), "'index' must lie in [0, 30) (got 30)"),
    (X[:1, :2], torch.tensor([2]),
     "'embedding' must keep its dimension, 4 (got 2)"),
    (X[:1] / 0, torch.tensor([2]), "'embedding' holds non-finite values, "
     "first in row 0. Check what made it for overflow or empty graphs"),
])
def test_bad_update(embedding: Tensor, index: Tensor, message: str) -> None:
    loader = BatchSamplerLoader(GRAPHS, B)
    loader.update(X[:1], torch.tensor([0]))
    with raises(ValueError, message):
        loader.update(embedding, index)


def test_update_without_recording() -> None:
    with raises(RuntimeError, "'update' records embeddings for loaders "
                "without 'encoder' and 'embedding'. Give neither to use it"):
        BatchSamplerLoader(GRAPHS, B, embedding=X).update(
            X[:1], torch.tensor([0]))


@pytest.mark.parametrize('option,value', [
    ('batch_size', 2), ('num_candidates', 9), ('num_neighbors', 2),
    ('restart_prob', 0.5), ('replacement', True), ('drop_last', True),
    ('seed', 1), ('repair', len), ('distributed', False), ('center', True)])
def test_options_beside_a_sampler(option: str, value: Any) -> None:
    with raises(ValueError, f"'{option}' must be given to the sampler, since "
                f"'batch_sampler' is one already (got {value!r})"):
        BatchSamplerLoader(GRAPHS, batch_sampler=ProximityBatchSampler(X, B),
                           **{option: value})


def test_an_explicit_seed_beside_a_sampler() -> None:
    sampler = ProximityBatchSampler(X, B, seed=5)
    BatchSamplerLoader(GRAPHS, batch_sampler=sampler, seed=5)
    with raises(ValueError, "'seed' must be given to the sampler, since "
                "'batch_sampler' is one already (got 0)"):
        BatchSamplerLoader(GRAPHS, batch_sampler=sampler, seed=0)


@pytest.mark.parametrize('change,message', [
    (dict(warmup_epochs=2), "its 'warmup_epochs' is 1 (expected 2)"),
    (dict(refresh_interval=2), "its 'refresh_interval' is None (expected 2)"),
    (dict(embedding=X, warmup_epochs=1),
     "its 'source' is 'recorded' (expected 'given')"),
])
def test_resuming_as_something_else(change: Any, message: str) -> None:
    loader = BatchSamplerLoader(GRAPHS, B)
    next(iter(loader))
    with raises(ValueError, "'state_dict' belongs to another loader: "
                f"{message}. Load it into one that was made with the same "
                "arguments"):
        BatchSamplerLoader(GRAPHS, B, **change).load_state_dict(
            loader.state_dict())


@pytest.mark.parametrize('index,error,message', [
    (None, TypeError, "'index' must hold the instances that rows of "
     "'embedding' belong to (got None). 'input_id' is None before the first "
     "mini-batch of a loader: call 'update' within its loop"),
    (torch.tensor([True]), TypeError, "'index' must hold integers (got "
     "torch.bool). Of a mask, give mask.nonzero().view(-1)"),
    (torch.tensor([1.0]), TypeError, "'index' must hold integers (got "
     "torch.float32). Of a mask, give mask.nonzero().view(-1)"),
])
def test_bad_index(index: Any, error: type, message: str) -> None:
    with raises(error, message):
        BatchSamplerLoader(GRAPHS, B).update(X[:1], index)


@pytest.mark.parametrize('dtype', [torch.uint8, torch.int16, torch.int32])
def test_index_of_any_integer_type(dtype: torch.dtype) -> None:
    loader = BatchSamplerLoader(GRAPHS, B)
    loader.update(X[:2], torch.tensor([4, 2]).to(dtype))
    store = loader._refresher.store
    assert (store.step >= 0).nonzero().view(-1).tolist() == [2, 4]
    assert store.embedding is not None
    assert store.embedding[[4, 2]].equal(X[:2])


@pytest.mark.parametrize('graphs', [
    [Data(x=torch.ones(1, 1), input_id=torch.tensor([7])) for _ in range(N)],
    pytest.param(None, id='hetero')])
def test_graphs_with_an_input_id_of_their_own(graphs: Any) -> None:
    if graphs is None:
        graphs = [HeteroData(a=dict(x=torch.ones(1, 1),
                                    input_id=torch.tensor([7])))
                  for _ in range(N)]
    with raises(ValueError, "'input_id' must be free for the positions of "
                "graphs in the data set, but graphs hold an attribute of that "
                "name, as subgraphs cut by NeighborLoader do. Leave it out of "
                "mini-batches by exclude_keys=['input_id'], or rename it"):
        next(iter(BatchSamplerLoader(graphs, B, embedding=X)))
    loader = BatchSamplerLoader(graphs, B, embedding=X,
                                exclude_keys=['input_id'])
    for batch in loader:
        assert batch.input_id.numel() == batch.num_graphs


def test_its_sampler_is_iterated_by_nobody_else() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    taken_apart: DataLoader[Any] = DataLoader(
        loader.dataset, batch_sampler=loader.batch_sampler,
        collate_fn=loader.collate_fn)
    with raises(RuntimeError, "this sampler belongs to a BatchSamplerLoader, "
                "which was taken apart: without it nothing is recorded or "
                "refreshed. Iterate the BatchSamplerLoader itself: it knows "
                "the ranks and resumes by 'load_state_dict', so do not give "
                "it to 'accelerator.prepare' or 'skip_first_batches'"):
        next(iter(taken_apart))
    assert len(list(loader)) == 4


def test_strategies_and_their_options() -> None:
    by_name = BatchSamplerLoader(GRAPHS, B, embedding=X, num_neighbors=3)
    for other in [
            BatchSamplerLoader(GRAPHS, B, embedding=X,
                               batch_sampler=Proximity(num_neighbors=3)),
            BatchSamplerLoader(GRAPHS, batch_sampler=ProximityBatchSampler(
                X, B, num_neighbors=3))]:
        assert drive(other, 2) == drive(
            BatchSamplerLoader(GRAPHS, B, embedding=X, num_neighbors=3), 2)
    strategy = by_name.batch_sampler.strategy
    assert strategy == Proximity(num_neighbors=3)


@pytest.mark.parametrize('num_workers', [0, 2])
def test_attributes_take_effect_or_raise(num_workers: int) -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    next(iter(loader))
    loader.num_workers = num_workers
    loader.collate_fn = lambda items: [int(item.y) for item in items]
    loader.worker_init_fn = print
    assert all(loader.input_id.tolist() == batch  # type: ignore[union-attr]
               for batch in loader)
    for name in ['encoder', 'refresh_interval', 'warmup_epochs']:
        with pytest.raises(AttributeError):
            setattr(loader, name, 1)
    for name in ['batch_size', 'num_neighbors', 'strategy']:
        if hasattr(loader.batch_sampler, name):
            with pytest.raises(AttributeError):
                setattr(loader.batch_sampler, name, 1)


def test_a_worker_init_fn_set_later_is_called(tmp_path: Any) -> None:
    loader = BatchSamplerLoader(Graphs(), B, embedding=X, num_workers=2)
    loader.worker_init_fn = lambda worker: (
        tmp_path / str(worker)).write_text('')
    assert len(list(loader)) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ['0', '1']


def test_an_encoder_that_returns_no_tensor() -> None:
    encoder: Any = lambda batch: 3 * (batch.x, )  # noqa: E731
    loader = BatchSamplerLoader(GRAPHS, B, warmup_epochs=0, encoder=encoder)
    with raises(TypeError, "'encoder' must return a matrix, [batch_size, dim] "
                "(got tuple). Give a method of the module that does, e.g., "
                "model.embed"):
        next(iter(loader))
