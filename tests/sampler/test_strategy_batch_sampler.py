r"""Laws that all batch samplers share."""

import copy
import warnings
from typing import Any, Dict, List, Optional, Type

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils.data import DataLoader, DistributedSampler

from pyg_batchsampler import (KNNBatchSampler, ProximityBatchSampler,
                              StrategyBatchSampler, UniformBatchSampler,
                              decay_restart_prob)
from tests.helpers import (clustered, flatten, make_generator, raises,
                           untouched_random_state)

SAMPLERS = [KNNBatchSampler, ProximityBatchSampler, UniformBatchSampler]
X = torch.randn(200, 4, generator=make_generator())
EACH = pytest.mark.parametrize('cls', SAMPLERS)
Sampler = Type[StrategyBatchSampler]


def embedding(num_instances: int, seed: int = 0) -> Tensor:
    return torch.randn(num_instances, 4, generator=make_generator(seed))


@EACH
@given(n=st.integers(1, 40), batch_size=st.integers(1, 45),
       drop_last=st.booleans(), replacement=st.booleans(),
       seed=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_laws(cls: Sampler, n: int, batch_size: int, drop_last: bool,
              replacement: bool, seed: int) -> None:
    if drop_last and batch_size > n:
        return
    make = [cls(embedding(n), batch_size, drop_last=drop_last,
                replacement=replacement, seed=seed) for _ in range(2)]
    for _ in range(2):
        batches = list(make[0])
        assert batches == list(make[1])
        assert len(batches) == len(make[0]) == (
            n // batch_size if drop_last else -(-n // batch_size))
        tail = 0 if drop_last else n % batch_size
        for batch in batches[:-1] if tail else batches:
            assert len(batch) == min(batch_size, n)
        if tail:
            assert len(batches[-1]) == tail
        for batch in batches:
            assert len(set(batch)) == len(batch)
            assert all(0 <= i < n for i in batch)
        if not replacement:
            seen = flatten(batches)
            assert len(set(seen)) == len(seen)
            if not drop_last:
                assert sorted(seen) == list(range(n))


@EACH
@pytest.mark.parametrize('replacement', [True, False])
def test_epochs(cls: Sampler, replacement: bool) -> None:
    sampler = cls(embedding(30), 8, replacement=replacement)
    with untouched_random_state():
        epochs = [list(sampler) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]
    sampler.set_epoch(1)
    assert list(sampler) == epochs[1]
    assert list(sampler) == epochs[2]
    other = cls(embedding(30), 8, replacement=replacement, seed=1)
    assert list(other) != epochs[0]


@EACH
def test_resume_at_every_position(cls: Sampler) -> None:
    sampler = cls(embedding(30), 8)
    expected = [batch for _ in range(3) for batch in sampler]
    sampler = cls(embedding(30), 8)
    position = 0
    for _ in range(3):
        for _ in sampler:
            position += 1
            state = copy.deepcopy(sampler.state_dict())
            resumed = cls(30, 8)
            resumed.load_state_dict(state)
            resumed.set_epoch((position % 4 == 0) + (position - 1) // 4)
            rest: List[List[int]] = []
            while len(rest) < 12 - position:
                rest += list(resumed)
            assert rest == expected[position:]


SAME = 'Load it into one that was made with the same arguments'


@pytest.mark.parametrize('make,message', [
    (lambda: ProximityBatchSampler(X, 16, num_neighbors=3),
     "its 'num_neighbors' is None (expected 3)"),
    (lambda: ProximityBatchSampler(X, 16, num_neighbors=np.int64(4)),
     "its 'num_neighbors' is None (expected 4)"),
    (lambda: ProximityBatchSampler(X, 16, restart_prob=decay_restart_prob()),
     "its 'restart_prob' is 0.2 (expected 'pyg_batchsampler.sampler."
     "restart_schedule._decayed, 0.2, 0.02, 0.05')"),
    (lambda: KNNBatchSampler(X, 16),
     "its 'strategy' is 'proximity' (expected 'knn')"),
    (lambda: ProximityBatchSampler(X, 16, replacement=True),
     "its 'replacement' is False (expected True)"),
    (lambda: ProximityBatchSampler(X, 16, drop_last=True),
     "its 'drop_last' is False (expected True)"),
    (lambda: ProximityBatchSampler(X, 16, seed=1),
     "its 'seed' is 0 (expected 1)"),
    (lambda: ProximityBatchSampler(X, 16, center=True),
     "its 'center' is False (expected True)"),
    (lambda: ProximityBatchSampler(X, 8),
     "its 'global_batch_size' is 16 (expected 8)"),
    (lambda: ProximityBatchSampler(201, 16),
     "its 'num_instances' is 200 (expected 201)"),
    (lambda: ProximityBatchSampler(X[:, :2], 16),
     "its 'embedding' is [200, 4] (expected [200, 2])"),
    (lambda: ProximityBatchSampler(X, 16, repair=reversed),
     "its 'repair' is None (expected 'builtins.reversed')"),
])
def test_resuming_as_something_else(make: Any, message: str) -> None:
    sampler = ProximityBatchSampler(X, 16)
    for _ in zip(range(4), sampler):
        pass
    with raises(ValueError, "'state_dict' belongs to another sampler: "
                f"{message}. {SAME}"):
        make().load_state_dict(sampler.state_dict())


def test_a_state_is_that_of_a_sampler() -> None:
    with raises(ValueError, "'state_dict' must hold 'center', 'drop_last', "
                "'embedding', 'epoch', 'global_batch_size', 'next_embedding', "
                "'next_epoch', "
                "'num_instances', 'options', 'position', 'refresh_step', "
                "'repair', 'replacement', 'seed', 'segment', 'step', "
                "'strategy', 'used' (got 'weight'). Pass what 'state_dict()' "
                "of the same class has returned"):
        UniformBatchSampler(11, 2).load_state_dict({'weight': 1})


@EACH
def test_two_live_iterators(cls: Sampler) -> None:
    alone = cls(embedding(30), 8)
    expected = list(alone), list(alone)
    sampler = cls(embedding(30), 8)
    first, second = iter(sampler), iter(sampler)
    pairs = list(zip(first, second))
    assert ([a for a, _ in pairs], [b for _, b in pairs]) == expected


@EACH
def test_update_counts_for_passes_that_have_not_begun(cls: Sampler) -> None:
    r"""A pass begins at its first mini-batch, not with its iterator."""
    old, new = embedding(30), embedding(30, seed=9)
    sampler, updated = cls(old, 8), cls(new, 8)
    iterator = iter(sampler)
    sampler.update(new)
    assert list(iterator) == list(updated)

    sampler, other = cls(old, 8), cls(old, 8)
    iterator = iter(sampler)
    first = next(iterator)
    sampler.update(new)
    assert [first, *iterator] == list(other)
    assert list(sampler) == list(updated)


@EACH
@pytest.mark.parametrize('position', [1, 3])
def test_resuming_after_an_update_in_mid_epoch(cls: Sampler,
                                               position: int) -> None:
    r"""The pass goes on as planned; the next one is planned anew."""
    old, new = embedding(30), embedding(30, seed=9)

    def run(sampler: StrategyBatchSampler) -> 'tuple[List[Any], Any]':
        out: List[Any] = []
        for batch in sampler:
            out.append(batch)
            if len(out) == position:
                sampler.update(new)
                state = copy.deepcopy(sampler.state_dict())
        return out + list(sampler), state

    expected, state = run(cls(old, 8))
    resumed = cls(old, 8)
    resumed.load_state_dict(state)
    resumed.update(embedding(30, seed=5))  # not for what is under way
    resumed.update(new)
    assert list(resumed) + list(resumed) == expected[position:]


@EACH
def test_a_pass_begins_at_its_first_mini_batch(cls: Sampler) -> None:
    sampler, other = cls(embedding(30), 8), cls(embedding(30), 8)
    expected = [list(other) for _ in range(2)]
    iter(sampler)
    iter(sampler)
    assert list(sampler) == expected[0]
    iterator = iter(sampler)
    sampler.set_epoch(0)
    assert next(iterator) == expected[0][0]
    assert sampler.state_dict()['position'] == 1
    assert [sampler.state_dict()['epoch'], *iterator] == [0, *expected[0][1:]]
    assert list(sampler) == expected[1]


def test_an_epoch_told_late_is_that_of_the_pass_under_way() -> None:
    sampler = UniformBatchSampler(30, 8)
    expected = [sampler.plan(epoch) for epoch in range(2)]
    iterator = iter(sampler)
    next(iterator)
    sampler.set_epoch(0)
    for _ in iterator:
        pass
    assert list(sampler) == [batch.tolist() for batch in expected[1]]


def test_a_resume_that_is_dropped_is_told() -> None:
    sampler = UniformBatchSampler(30, 8)
    next(iter(sampler))
    other = UniformBatchSampler(30, 8)
    other.load_state_dict(sampler.state_dict())
    other.set_epoch(0)  # the same
    with pytest.warns(UserWarning, match='^the rest of epoch 0, which a state '
                      "was loaded of, is dropped: 'set_epoch' asks for epoch "
                      '2'):
        other.set_epoch(2)
    assert list(other) == [batch.tolist() for batch in sampler.plan(2)]


@pytest.mark.parametrize('epoch', [np.int64(3), torch.tensor(3),
                                   np.int8(3)])
def test_epochs_of_any_integer_type(epoch: Any) -> None:
    sampler, other = (UniformBatchSampler(30, 8) for _ in range(2))
    sampler.set_epoch(epoch)
    other.set_epoch(3)
    assert list(sampler) == list(other)
    assert sampler.state_dict()['epoch'] == 3


@EACH
def test_scale_does_not_matter(cls: Sampler) -> None:
    x = embedding(50)
    assert list(cls(x, 8)) == list(cls(x * 2.0**40, 8))


@pytest.mark.parametrize('cls', [KNNBatchSampler, ProximityBatchSampler])
@pytest.mark.parametrize('replacement', [True, False])
def test_permuted_instances_give_permuted_batches_in_law(
        cls: Sampler, replacement: bool) -> None:
    n, rounds = 12, 300
    x = embedding(n)
    perm = torch.randperm(n, generator=make_generator(5))

    def together(x: Tensor, seed: int) -> Tensor:
        sampler = cls(x, 4, replacement=replacement, seed=seed)
        count = torch.zeros(n, n)
        for _ in range(rounds):
            for batch in sampler:
                row = torch.tensor(batch)
                count[row.view(-1, 1), row] += 1
        return count / rounds

    ours = together(x[perm], seed=0)
    theirs = together(x, seed=1)[perm][:, perm]
    # Each count is a mean of 300 values in [0, 3]: standard errors are below
    # 3 / 2 / sqrt(300), that of the difference sqrt(2) times as much.
    assert float((ours - theirs).abs().max()) < 4.5 * 2**0.5 * 1.5 / 300**0.5
    assert float((ours - theirs).abs().mean()) < 2**0.5 * 1.5 / 300**0.5


@pytest.mark.parametrize('cls', [KNNBatchSampler, ProximityBatchSampler])
def test_uniform_before_the_first_embedding(cls: Sampler) -> None:
    sampler = cls(30, 8)
    with pytest.warns(UserWarning, match=f'^{cls.__name__} has no embedding '
                      'yet: batches are uniform until'):
        first = list(sampler)
    assert first == list(UniformBatchSampler(30, 8))
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        list(sampler)
    assert sampler.plan(0, warm_up=True) is not None
    with pytest.warns(UserWarning, match=r'has no embedding yet \(its data '
                      r'source, \[30, 2\] of torch.int64, is none: '
                      r'embeddings are floating-point matrices \[N, D\]\)'):
        list(cls(torch.zeros(30, 2, dtype=torch.long), 8))


def test_left_out_instances_change() -> None:
    sampler = ProximityBatchSampler(embedding(30), 8, drop_last=True)
    left_out = [set(range(30)) - set(flatten(sampler)) for _ in range(12)]
    assert len({frozenset(some) for some in left_out}) == 12
    assert len(set.union(*left_out)) > 20


@EACH
def test_plan_of_the_rest_of_an_epoch(cls: Sampler) -> None:
    sampler = cls(embedding(30), 8)
    first = sampler.plan(0)[:2]
    rest = sampler.plan(0, position=2, used=torch.cat(first))
    assert sorted(flatten([*first, *rest])) == list(range(30))
    assert len(rest) == 2


@EACH
@pytest.mark.parametrize('x', [
    torch.zeros(20, 3), torch.ones(20, 3),
    torch.eye(2)[torch.arange(20) % 2]
])
@pytest.mark.parametrize('replacement', [True, False])
def test_degenerate_embeddings(cls: Sampler, x: Tensor,
                               replacement: bool) -> None:
    sampler = cls(x, 6, replacement=replacement)
    assert [len(batch) for batch in sampler] == [6, 6, 6, 2]


def test_walks_that_get_stuck_are_completed() -> None:
    x = torch.eye(4)[torch.arange(40) % 4]
    sampler = ProximityBatchSampler(x, 30, num_candidates=39, num_neighbors=2,
                                    restart_prob=0.9, max_steps=20,
                                    replacement=True)
    assert [len(set(batch)) for batch in sampler] == [30, 10]
    assert 0 < sampler.completed_ratio < 1


def test_trial_walks_serve_until_the_embedding_changes() -> None:
    sampler = ProximityBatchSampler(embedding(60), 10)
    sampler.plan(0)
    graph = sampler.graph
    expected = torch.cat(sampler.plan(1) + sampler.plan(2))
    assert graph is not None and sampler.graph is graph
    for change in [lambda: sampler.update(embedding(60)),
                   lambda: sampler.load_state_dict(sampler.state_dict())]:
        change()
        found = torch.cat(sampler.plan(1) + sampler.plan(2))
        assert torch.equal(found, expected)
        assert sampler.graph is not graph
        graph = sampler.graph

    decaying = ProximityBatchSampler(
        embedding(60), 10, restart_prob=lambda epoch: 0.5 if epoch else 0.1)
    decaying.plan(0)
    graph = decaying.graph
    decaying.plan(1)
    assert decaying.graph is not graph


@EACH
def test_with_a_plain_torch_loader(cls: Sampler) -> None:
    sampler = cls(embedding(30), 8)
    loader: DataLoader[Any] = DataLoader(
        list(range(30)),  # type: ignore[arg-type]
        batch_sampler=sampler)
    assert sorted(torch.cat(list(loader)).tolist()) == list(range(30))
    assert loader.batch_sampler.sampler is sampler  # type: ignore


@EACH
@pytest.mark.parametrize('args,kwargs,error,message', [
    ((0, 4), {}, ValueError,
     "'data_source' must hold at least one instance (got 0)"),
    (([], 4), {}, ValueError,
     "'data_source' must hold at least one instance (got 0)"),
    ((3.5, 4), {}, TypeError, "'data_source' must be an embedding, a number "
     "of instances or anything with a length (got float)"),
    ((10, 0), {}, ValueError, "'batch_size' must be at least 1 (got 0)"),
    ((10, '4'), {}, TypeError, "'batch_size' must be an integer (got '4')"),
    ((10, 4), dict(seed=-1), ValueError,
     "'seed' must be at least 0 (got -1)"),
    ((10, 4), dict(distributed=True), ValueError, "'distributed' must be None "
     "(the sampler shards, under torch.distributed) or False (the trainer "
     "does) (got True)"),
    ((10, 4), dict(drop_last=1), TypeError,
     "'drop_last' must be True or False (got 1)"),
    ((10, 4), dict(repair=3), TypeError,
     "'repair' must be callable (got int)"),
    ((10, 4), dict(walks=3), TypeError, None),
    ((10, 11), dict(drop_last=True), ValueError, "'batch_size' must be at "
     "most the number of instances if 'drop_last' is set (got 11 for 10). "
     "Lower it, e.g., to 10"),
])
def test_bad_values(cls: Sampler, args: Any, kwargs: Dict[str, Any],
                    error: type, message: Optional[str]) -> None:
    if message is None:
        with pytest.raises(error, match="^'walks' is no option of the "
                           "strategy '.*' \\(got 3\\). "):
            cls(*args, **kwargs)
        return
    with raises(error, message):
        cls(*args, **kwargs)


def test_bad_updates() -> None:
    sampler = ProximityBatchSampler(10, 4)
    with raises(ValueError, "'embedding' must have one row per instance, 10 "
                "(got 9)"):
        sampler.update(torch.ones(9, 2))
    with raises(ValueError, "'epoch' must be at least 0 (got -1)"):
        sampler.set_epoch(-1)


@pytest.mark.parametrize('kwargs,message', [
    (dict(restart_prob=1.0), "'restart_prob' must lie in [0, 1) (got 1.0)"),
    (dict(restart_prob=lambda epoch: 2.0),
     "'restart_prob' must lie in [0, 1) (got 2.0)"),
    (dict(num_candidates=10), "'num_candidates' must be smaller than the "
     "number of instances (got 10 for 10). Lower it, e.g., to 9"),
    (dict(min_recall=0.5), "'min_recall' must not be set with 'backend' set "
     "to 'auto', which does not use it (got 0.5). Leave it out"),
    (dict(max_steps=-1), "'max_steps' must be at least 0 (got -1)"),
    (dict(backend='x'), "'backend' must be one of 'auto', 'dense', "
     "'faiss_flat', 'faiss_hnsw', 'faiss_ivf', 'pynndescent', 'torch_cluster' "
     "(got 'x')"),
])
def test_bad_values_of_the_walks(kwargs: Dict[str, Any],
                                 message: str) -> None:
    with raises(ValueError, message):
        ProximityBatchSampler(10, 4, **kwargs)


@pytest.mark.parametrize('sampler,expected', [
    (KNNBatchSampler(10, 4), 'KNNBatchSampler(num_instances=10, batch_size=4, '
     'drop_last=False, replacement=False, seed=0)'),
    (ProximityBatchSampler(10, 4, num_neighbors=2, distributed=False),
     'ProximityBatchSampler(num_instances=10, batch_size=4, '
     'walk_size=4, num_candidates=5, num_neighbors=2, restart_prob=0.2, '
     "restart_decay=0.0, max_steps=None, backend='auto', min_recall=0.9, "
     'drop_last=False, replacement=False, seed=0, distributed=False)'),
    (StrategyBatchSampler(50, 3, center=True, num_neighbors=2,
                          restart_prob=decay_restart_prob(0.5, 0.1)),
     'StrategyBatchSampler(num_instances=50, batch_size=3, '
     'strategy=Proximity(walk_size=3, num_candidates=25, num_neighbors=2, '
     "restart_prob=0.5, restart_decay=0.0, max_steps=None, backend='auto', "
     'min_recall=0.9), drop_last=False, replacement=False, seed=0, '
     'center=True)'),
    (StrategyBatchSampler(10, 4, 'uniform', seed=3),
     'StrategyBatchSampler(num_instances=10, batch_size=4, '
     'strategy=Uniform(), drop_last=False, replacement=False, seed=3)'),
])
def test_repr(sampler: StrategyBatchSampler, expected: str) -> None:
    assert repr(sampler) == expected


def test_repr_shows_the_restart_probability_of_the_next_epoch() -> None:
    sampler = ProximityBatchSampler(10, 4, restart_decay=0.05)
    sampler.set_epoch(1)
    assert ' restart_prob=0.15000' in repr(sampler)


def test_knn_takes_the_nearest() -> None:
    x, _ = clustered(40, 6)
    batch = list(KNNBatchSampler(x, 5, replacement=True))[0]
    nearest = (x @ x[batch[0]]).topk(5).indices.tolist()
    assert batch == nearest


@EACH
def test_a_sampler_is_no_data_source(cls: Sampler) -> None:
    r"""What Lightning would make of it by default, on several ranks."""
    inner: Any = DistributedSampler(range(30), 2, 0)  # type: ignore
    with raises(TypeError, "'data_source' must not be a sampler (got "
                "DistributedSampler). A trainer that puts its own sampler "
                "into ours leaves instances out, and ours knows the ranks by "
                "itself. Tell the trainer to leave it alone: "
                "Trainer(use_distributed_sampler=False) with Lightning, "
                "setup_dataloaders(..., use_distributed_sampler=False) with "
                "Fabric"):
        cls(inner, batch_size=4, drop_last=False)


@EACH
def test_splits_are_no_data_source(cls: Sampler) -> None:
    with raises(TypeError, "'data_source' must be one data set (got dict of "
                "'train', 'test'). Take one of them"):
        cls(dict(train=[1], test=[2]), 4)


@EACH
def test_an_array_is_no_embedding(cls: Sampler) -> None:
    with raises(TypeError, "'data_source' must be a tensor if it is an "
                "embedding (got ndarray). Convert it, e.g., with "
                "torch.as_tensor"):
        cls(embedding(4).numpy(), 2)
