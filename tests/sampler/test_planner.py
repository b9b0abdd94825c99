r"""What plans depend on: embeddings that are standardised before they are
compared, and strategies that choose."""

from typing import Any, Type

import pytest
import torch

from pyg_batchsampler import (BatchSamplerLoader, KNNBatchSampler,
                              ProximityBatchSampler, StrategyBatchSampler,
                              UniformBatchSampler)
from pyg_batchsampler.similarity.standardize import Standardize
from tests.helpers import make_generator, raises

N, B = 200, 16
X = 5 + torch.randn(N, 4, dtype=torch.double, generator=make_generator())
CENTERED = Standardize(X)(X)
Sampler = Type[StrategyBatchSampler]


@pytest.mark.parametrize('replacement', [False, True])
@pytest.mark.parametrize('cls', [KNNBatchSampler, ProximityBatchSampler])
def test_plans_are_those_of_the_standardised_embedding(
        cls: Sampler, replacement: bool) -> None:
    centered = cls(X, B, replacement=replacement, center=True)
    expected = cls(CENTERED, B, replacement=replacement, center=False)
    plain = cls(X, B, replacement=replacement, center=False)
    plan = list(centered)
    assert plan == list(expected) and plan != list(plain)


def test_uniform_stays_as_it_is() -> None:
    assert list(UniformBatchSampler(X, B, center=True)) == list(
        UniformBatchSampler(X, B))


def test_loader_gives_it_to_the_sampler() -> None:
    loader = BatchSamplerLoader(torch.arange(N), B, embedding=X, center=True)
    sampler = StrategyBatchSampler(X, B, center=True)
    assert [batch.tolist() for batch in loader] == list(sampler)


def test_another_center_is_not_resumed() -> None:
    loader = BatchSamplerLoader(torch.arange(N), B, embedding=X, center=True)
    next(iter(loader))
    other = BatchSamplerLoader(torch.arange(N), B, embedding=X, center=False)
    with raises(ValueError, "'state_dict' belongs to another sampler: its "
                "'center' is True (expected False). Load it into one that was "
                "made with the same arguments"):
        other.load_state_dict(loader.state_dict())


def test_no_flag() -> None:
    with raises(TypeError, "'center' must be True or False (got 1)"):
        UniformBatchSampler(10, 2, center=1)


@pytest.mark.parametrize('strategy,options,chooses', [
    ('uniform', {}, False), ('knn', {}, True), ('proximity', {}, True),
    ('proximity', dict(walk_size=1), False),
    ('proximity', dict(walk_size=2), True),
    ('proximity', dict(walk_size=None), True)])
def test_groups_of_one_are_uniform(strategy: str, options: Any,
                                   chooses: bool) -> None:
    sampler = StrategyBatchSampler(X, B, strategy, **options)
    assert sampler.planner.strategy.chooses() == chooses
    assert (list(sampler) == list(UniformBatchSampler(X, B))) != chooses
