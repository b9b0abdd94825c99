r"""Once, and only where mini-batches would be hard otherwise."""

import warnings
from typing import Any, Iterator

import pytest
import torch

from pyg_batchsampler import (BatchSamplerLoader, KNNBatchSampler,
                              ProximityBatchSampler, StrategyBatchSampler,
                              UniformBatchSampler)
from pyg_batchsampler.sampler import warn_of_plan as module
from pyg_batchsampler.similarity import UnitRows
from tests.helpers import make_generator

X = torch.randn(100, 4, generator=make_generator())
ONE_WAY = X + 10
DIRECTION = (
    r"^the rows of the embedding point one way: at unit length, their mean "
    r"has norm 0\.99\d \(0 in all directions, 1 in one\)\. Similarities "
    r"barely differ, and the few dimensions that vary most decide which "
    r"mini-batches are hard\. Give center=True to standardise the dimensions "
    r"before, so that all count alike$")
SIZE = (r"^mini-batches of 31 hold 31% of the 100 instances: that leaves "
        r"little to choose, and hard mini-batches are much like uniform ones\."
        r" Lower 'batch_size', e\.g\., to 30, or use 'uniform' ones$")


@pytest.fixture(autouse=True)
def no_other_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        yield


def loader(x: torch.Tensor, batch_size: int, **kwargs: Any) -> Any:
    return BatchSamplerLoader(range(100), batch_size, embedding=x, **kwargs)


@pytest.mark.parametrize('make', [KNNBatchSampler, ProximityBatchSampler,
                                  StrategyBatchSampler, loader])
@pytest.mark.parametrize('x,batch_size,message', [
    (ONE_WAY, 20, DIRECTION), (ONE_WAY.half(), 20, DIRECTION),
    (X, 31, SIZE)])
def test_warned_once(make: Any, x: torch.Tensor, batch_size: int,
                     message: str) -> None:
    sampler = make(x, batch_size, center=False)
    with pytest.warns(UserWarning, match=message) as caught:
        list(sampler)
    assert len(caught) == 1
    list(sampler)


@pytest.mark.parametrize('sampler', [
    ProximityBatchSampler(ONE_WAY, 30, center=True),
    UniformBatchSampler(ONE_WAY, 80), loader(X, 30),
    ProximityBatchSampler(ONE_WAY, 80, walk_size=1),
    ProximityBatchSampler(ONE_WAY, 80, walk_size=1, replacement=True),
    loader(ONE_WAY, 80, walk_size=1),
    loader(ONE_WAY, 80, warmup_epochs=2)])
def test_nothing_to_warn_of(sampler: Any) -> None:
    for _ in range(2):
        list(sampler)


def test_embeddings_that_get_worse() -> None:
    sampler = KNNBatchSampler(X, 20, center=False)
    list(sampler)
    sampler.update(ONE_WAY)
    with pytest.warns(UserWarning, match=DIRECTION):
        list(sampler)


def test_nothing_left_to_lower() -> None:
    with pytest.warns(UserWarning, match=(
            "^mini-batches of 2 hold 50% of the 4 instances: .* Use 'uniform' "
            "ones$")):
        list(KNNBatchSampler(torch.eye(4), 2))


def test_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    opposite = torch.tensor([[1.0, 0.0], [-2.0, 0.0]])
    assert module.mean_direction(UnitRows(opposite)) == 0
    monkeypatch.setattr(module, 'NUM_ROWS', 40)
    some = module.mean_direction(UnitRows(X))
    assert 0 < some < 0.6 and some != float(UnitRows(X)[:].mean(dim=0).norm())
