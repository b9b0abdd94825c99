from typing import Any, Dict

import pytest
import torch

from pyg_batchsampler import BatchSamplerLoader, join_pairs
from pyg_batchsampler.loader.embedding_store import EmbeddingStore
from pyg_batchsampler.training.memory import Memory
from tests.helpers import make_generator

X = torch.randn(6, 3, generator=make_generator())
INDEX = torch.tensor([4, 1])
VIEWS = X[:2], X[2:4]


def make_memory(is_needed: bool = True, **kwargs: Any) -> Memory:
    return Memory(BatchSamplerLoader(X, 2, **kwargs), EmbeddingStore(6),
                  is_needed)


@pytest.mark.parametrize('kwargs, is_in_loader', [
    ({}, True), (dict(encoder=lambda x: x), False), (dict(embedding=X), False),
])
def test_it_is_in_the_loader_or_beside_it(kwargs: Dict[str, Any],
                                          is_in_loader: bool) -> None:
    memory = make_memory(**kwargs)
    assert memory.embedding is None
    memory.record(VIEWS, INDEX, is_trained=True)
    assert memory.embedding is not None
    assert memory.embedding[INDEX].equal(join_pairs(*VIEWS))
    assert not memory.embedding[[0, 2, 3, 5]].any()
    for where, is_there in [(memory.loader.recorded, is_in_loader),
                            (memory.beside.embedding, not is_in_loader)]:
        assert (where is memory.embedding) == is_there


@pytest.mark.parametrize('kwargs, is_recorded', [
    ({}, True), (dict(batch_sampler='uniform'), False),
    (dict(encoder=lambda x: x), False)])
def test_only_what_is_needed(kwargs: Dict[str, Any],
                             is_recorded: bool) -> None:
    memory = make_memory(is_needed=False, **kwargs)
    memory.record(VIEWS, INDEX, is_trained=True)
    assert (memory.embedding is not None) == is_recorded


def test_what_was_not_trained_on_keeps_its_row() -> None:
    memory = make_memory()
    memory.record(None, INDEX, is_trained=False)
    assert memory.embedding is None
    memory.record(VIEWS, INDEX, is_trained=True)
    assert memory.embedding is not None
    before = memory.embedding.clone()
    for index in [INDEX[:1], torch.tensor([0])]:
        memory.record(None, index, is_trained=False)
    assert memory.embedding.equal(before)
    # It counts as recorded: the loader waits for the others only.
    memory.record(X[:3], torch.tensor([2, 3, 5]), is_trained=False)
    step = memory.loader.state_dict()['store']['step']
    assert bool((step >= 0).all())
