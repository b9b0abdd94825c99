r"""What a loader tells of its mini-batches."""

import copy
from typing import Any, Dict, List, Optional

import pytest
import torch
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, Hardness, explain_batch,
                              report_batches)
from pyg_batchsampler.loader import planned_segment as module
from pyg_batchsampler.report.hardness import measure_hardness
from tests.helpers import (clustered, numbered_graphs, raises,
                           untouched_random_state)

N, B = 48, 8
X, LABEL = clustered(N, 6, num_centres=5)
GRAPHS = numbered_graphs(N)


def hardness_of(batches: List[Tensor], x: Tensor = X) -> Hardness:
    found = report_batches(batches, x)['hardest_negative_similarity']
    return Hardness(found.mean, found.uniform)


def same(found: Optional[Hardness], expected: Hardness) -> bool:
    return found is not None and torch.allclose(torch.tensor(found),
                                                torch.tensor(expected))


@pytest.mark.parametrize('num_workers', [0, 2])
def test_hardness_of_the_pass_under_way(num_workers: int) -> None:
    dataset: Any = torch.arange(N)
    loader = BatchSamplerLoader(dataset, B, embedding=X, batch_sampler='knn',
                                num_workers=num_workers,
                                persistent_workers=num_workers > 0)
    assert loader.hardness is None
    values: List[Any] = []
    for _ in range(2):
        batches: List[Tensor] = []
        for _batch in loader:
            assert loader.input_id is not None
            batches.append(loader.input_id)
            with untouched_random_state():
                values.append(loader.hardness)
        assert same(loader.hardness, hardness_of(batches))
        assert values[-1].similarity > values[-1].uniform + 0.05
        assert all(value is loader.hardness for value in values[-6:])
    assert values[0].similarity != values[6].similarity
    assert values[0].uniform == values[6].uniform


@pytest.mark.parametrize('num_workers', [0, 2])
def test_resumed_it_is_the_same(num_workers: int) -> None:
    def make() -> BatchSamplerLoader:
        return BatchSamplerLoader(torch.arange(N), B, embedding=X,
                                  num_workers=num_workers)

    first, states, values = make(), [], []
    for _ in range(2):
        for _batch in first:
            states.append(copy.deepcopy(first.state_dict()))
            values.append(first.hardness)
    for i in [1, 5, 8]:
        other = make()
        next(iter(other))
        other.load_state_dict(states[i])
        assert other.hardness is None
        next(iter(other))
        assert other.hardness == values[i + 1]


def test_a_refresh_begins_anew() -> None:
    loader = BatchSamplerLoader(torch.arange(N), B, refresh_interval=2,
                                warmup_epochs=0, batch_sampler='knn',
                                encoder=lambda batch: X[batch])
    batches, values = [], []
    for i, batch in enumerate(loader):
        if i == 3:  # for the segment that begins with the fifth one
            loader._refresher.encoder = lambda batch: X[batch].roll(1, dims=0)
        batches.append(batch)
        values.append(loader.hardness)
    assert values[0] is values[1] and values[2] is values[3]
    assert same(values[0], hardness_of(batches[:2]))
    assert same(values[2], hardness_of(batches[2:4]))
    assert loader.batch_sampler.embedding is not None
    assert same(values[4], hardness_of(batches[4:],
                                       loader.batch_sampler.embedding))


def test_none_until_there_is_an_embedding() -> None:
    loader = BatchSamplerLoader(GRAPHS, B)
    message = ("'explain' compares instances by an embedding, and no "
               "mini-batch was planned on one yet. Wait for the first "
               "refresh, or give an 'embedding'")
    for batch in loader:
        loader.update(X[batch.input_id], batch.input_id)
        assert loader.hardness is None
        with raises(RuntimeError, message):
            loader.explain(batch)
    batches = [batch.input_id for batch in loader]
    assert same(loader.hardness, hardness_of(batches))


def test_none_while_an_encoder_waits() -> None:
    loader = BatchSamplerLoader(torch.arange(N), B, warmup_epochs=2,
                                encoder=lambda batch: X[batch])
    for epoch in range(3):
        for _batch in loader:
            assert (loader.hardness is None) == (epoch < 2)
            assert loader.is_hard == (epoch == 2)


def test_uniform_mini_batches_of_an_embedding() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X, warmup_epochs=1)
    batches = [batch.input_id for batch in loader]
    assert not loader.is_hard and same(loader.hardness, hardness_of(batches))


def test_measured_when_asked_for_and_once(
        monkeypatch: pytest.MonkeyPatch) -> None:
    calls: List[Any] = []

    def measure(*args: Any) -> Hardness:
        calls.append(args)
        return measure_hardness(*args)

    monkeypatch.setattr(module, 'measure_hardness', measure)
    loader = BatchSamplerLoader(torch.arange(N), B, embedding=X)
    iterator = iter(loader)
    next(iterator)
    assert not calls
    assert loader.hardness is loader.hardness
    next(iterator)
    assert loader.hardness is not None and len(calls) == 1


@pytest.mark.parametrize('walk_size,expected', [(1, False), (2, True),
                                                (None, True)])
def test_groups_of_one_are_not_hard(walk_size: Optional[int],
                                    expected: bool) -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X, walk_size=walk_size)
    assert not loader.is_hard
    for _batch in loader:
        assert loader.is_hard == expected


@pytest.mark.parametrize('center', [False, True])
def test_center_is_that_of_the_plan(center: bool) -> None:
    x = X + 2
    loader = BatchSamplerLoader(GRAPHS, B, embedding=x, center=center)
    batches = list(loader)
    report = report_batches([batch.input_id for batch in batches], x,
                            center=center)['hardest_negative_similarity']
    assert same(loader.hardness, Hardness(report.mean, report.uniform))
    found = loader.explain(batches[0], num_partners=1)
    assert torch.allclose(found.similarity.mean(), report.values[0])


def test_explains_what_it_has_yielded() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    for batch in loader:
        expected = str(explain_batch(batch.input_id, X, LABEL, 2))
        for given in [batch, batch.input_id, batch.input_id.tolist(),
                      loader.input_id]:
            assert str(loader.explain(given, LABEL, 2)) == expected


@pytest.mark.parametrize('batch,found', [
    ((torch.zeros(2, 3), torch.zeros(2)), 'tuple of Tensor'),
    (GRAPHS[0], 'Data'), (GRAPHS[:2], 'list of Data'), (None, 'NoneType'),
    ('graphs', 'str')])
def test_what_is_no_mini_batch_of_it(batch: Any, found: str) -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    with raises(TypeError, "'batch' must hold the indices of a mini-batch "
                f"(got {found}). Of a loader, take its 'input_id'"):
        loader.explain(batch)
    with raises(ValueError, "'batch' must hold indices, [B] (got [8, 6] of "
                "torch.float32). Of a loader, take its 'input_id'"):
        loader.explain(X[:B])


def test_explains_before_a_pass_what_it_would_plan_on() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    assert loader.explain([0, 1, 2]).partner.size() == (3, 2)


def test_of_the_embedding_that_the_pass_is_planned_on() -> None:
    loader = BatchSamplerLoader(GRAPHS, B, embedding=X)
    iterator = iter(loader)
    batch = next(iterator)
    before: Dict[str, Any] = dict(text=str(loader.explain(batch)),
                                  hardness=loader.hardness)
    loader.batch_sampler.update(X.flip(0))
    next(iterator)
    assert str(loader.explain(batch)) == before['text']
    assert loader.hardness is before['hardness']
