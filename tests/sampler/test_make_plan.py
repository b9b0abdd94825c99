r"""No strategy, and no repair, can lose or repeat an instance unnoticed."""

from dataclasses import dataclass
from typing import Any, Callable, List

import pytest
import torch
from torch import Tensor

from pyg_batchsampler import BatchSamplerLoader, Request, Strategy
from pyg_batchsampler.sampler import StrategyBatchSampler
from tests.helpers import flatten, make_generator, numbered_graphs, raises

N, B = 10, 4
X = torch.randn(N, 3, generator=make_generator())


@dataclass(frozen=True)
class Given(Strategy):
    r"""Returns what a function makes of the instances that remain."""
    function: Callable[[Tensor], Any]

    def order(self, request: Request) -> Tensor:
        out: Tensor = self.function(request.remaining)
        return out

    def draw(self, request: Request) -> Tensor:
        out: Tensor = self.function(request.remaining)
        return out


def twice(x: Tensor) -> Tensor:
    x = x.sort().values.clone()
    x[5] = 3
    return x


def beyond(x: Tensor) -> Tensor:
    return torch.where(x == 0, N, x)


@pytest.mark.parametrize('function,message', [
    (twice, "must use each instance at most once per epoch (got instance 3 "
     "in mini-batches 0 and 1)"),
    (beyond, "must choose instances in [0, 10) (got 10)"),
    (lambda x: x - 1, "must choose instances in [0, 10) (got -1)"),
    (lambda x: x[1:], "must return [10] of torch.long from 'order' (got [9] "
     "of torch.int64)"),
    (lambda x: x.view(2, 5), "must return [10] of torch.long from 'order' "
     "(got [2, 5] of torch.int64)"),
    (lambda x: x.float(), "must return [10] of torch.long from 'order' (got "
     "[10] of torch.float32)"),
    (lambda x: x.tolist(),
     "must return [10] of torch.long from 'order' (got list)"),
])
@pytest.mark.parametrize('num_workers', [0, 2])
def test_wrong_orders(function: Any, message: str, num_workers: int) -> None:
    loader = BatchSamplerLoader(numbered_graphs(N), B, embedding=X,
                                batch_sampler=Given(function),
                                num_workers=num_workers)
    with raises(ValueError, f"the strategy 'Given' {message}"):
        next(iter(loader))


def test_instances_that_were_used() -> None:
    sampler = StrategyBatchSampler(X, B, Given(
        lambda x: torch.cat([x[1:], torch.tensor([7])])))
    used = torch.tensor([7, 1, 2, 3])
    with raises(ValueError, "the strategy 'Given' must use the instances that "
                "remain in the epoch (got 7, which does not)"):
        sampler.plan(0, position=1, used=used)


@pytest.mark.parametrize('function,message', [
    (lambda x: x[:B].repeat(2, 1), "must return [3, 4] of torch.long from "
     "'draw' (got [2, 4] of torch.int64)"),
    (lambda x: x[:3].repeat(3, 1), "must return [3, 4] of torch.long from "
     "'draw' (got [3, 3] of torch.int64)"),
    (lambda x: torch.tensor([[0, 1, 2, 3], [0, 1, 5, 1], [0, 1, 2, 3]]),
     "must put distinct instances into a mini-batch (got instance 1 twice in "
     "mini-batch 1)"),
    (lambda x: torch.full((3, B), N), "must choose instances in [0, 10) "
     "(got 10)"),
])
def test_wrong_draws(function: Any, message: str) -> None:
    sampler = StrategyBatchSampler(X, B, Given(function), replacement=True)
    with raises(ValueError, f"the strategy 'Given' {message}"):
        next(iter(sampler))


@dataclass(frozen=True)
class InOrder(Strategy):
    uses_embedding = False

    def order(self, request: Request) -> Tensor:
        return request.remaining.sort().values


def test_a_strategy_that_draws_nothing() -> None:
    with raises(ValueError, "'replacement' must be False: the strategy "
                "InOrder draws no independent mini-batches (it has no method "
                "'draw')"):
        StrategyBatchSampler(N, B, InOrder(), replacement=True)
    assert list(StrategyBatchSampler(N, B, InOrder())) == [
        [0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def swap(batches: List[Tensor], request: Request) -> List[Tensor]:
    r"""Exchanges the first instances of the first two mini-batches."""
    batches = [batch.clone() for batch in batches]
    batches[0][0], batches[1][0] = int(batches[1][0]), int(batches[0][0])
    return batches


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('kwargs', [
    dict(embedding=X), dict(), dict(embedding=X, drop_last=True)])
def test_repair(kwargs: Any, num_workers: int) -> None:
    def batches(**more: Any) -> List[List[int]]:
        loader = BatchSamplerLoader(numbered_graphs(N), B, **kwargs, **more)
        return [batch.input_id.tolist() for batch in loader]

    planned = batches()
    repaired = batches(repair=swap, num_workers=num_workers)
    planned[0][0], planned[1][0] = planned[1][0], planned[0][0]
    assert repaired == planned
    assert len(set(flatten(repaired))) == len(flatten(repaired))


@pytest.mark.parametrize('repair,message', [
    (lambda batches, request: batches[:2], "must make 3 mini-batches (got 2)"),
    (lambda batches, request: [batches[0]] * 3,
     "must put 2 instances into mini-batch 2 (got 4)"),
    (lambda batches, request: [batches[0], batches[0], batches[2]],
     'must use each instance at most once per epoch'),
    (lambda batches, request: [b.tolist() for b in batches],
     'must make mini-batches [B] of torch.long (got list)'),
])
def test_a_repair_that_breaks_a_law(repair: Any, message: str) -> None:
    sampler = StrategyBatchSampler(X, B, InOrder(), repair=repair)
    with pytest.raises(ValueError) as error:
        next(iter(sampler))
    assert str(error.value).startswith(f"'repair' {message}")


def test_a_request_tells_all_a_repair_needs() -> None:
    seen: List[Request] = []

    def look(batches: List[Tensor], request: Request) -> List[Tensor]:
        seen.append(request)
        return batches

    sampler = StrategyBatchSampler(X, B, 'proximity', repair=look, seed=5)
    sampler.plan(2, position=1, used=torch.tensor([0, 1, 2, 3]))
    request, = seen
    assert sorted(request.remaining.tolist()) == list(range(4, N))
    assert (request.num_instances, request.batch_size, request.num_batches,
            request.epoch, request.seed) == (N, B, 2, 2, 5)
    assert torch.allclose(request.rows[:],
                          torch.nn.functional.normalize(X, dim=1))


def in_place(batches: List[Tensor], request: Request) -> List[Tensor]:
    request.remaining[:] = 0
    batches[0][:] = batches[0][0]
    return batches


def test_writing_in_place_is_noticed() -> None:
    with pytest.raises(ValueError, match="^'repair' must use each instance"):
        next(iter(StrategyBatchSampler(X, B, InOrder(), repair=in_place)))


def test_a_repair_that_returns_nothing() -> None:
    with raises(TypeError, "'repair' must return a list of mini-batches "
                "(got NoneType)"):
        next(iter(StrategyBatchSampler(X, B, InOrder(),
                                       repair=lambda *_: None)))  # type: ignore
