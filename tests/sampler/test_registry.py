from dataclasses import dataclass
from typing import Any

import pytest
from torch import Tensor

from pyg_batchsampler import (BatchSamplerLoader, Proximity, Request, Strategy,
                              StrategyBatchSampler, register_strategy)
from pyg_batchsampler.sampler.registry import (STRATEGIES, make_strategy,
                                               strategy_names)
from tests.helpers import numbered_graphs, raises


@pytest.fixture(autouse=True)
def only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('pyg_batchsampler.sampler.registry.STRATEGIES',
                        dict(STRATEGIES))


class Base(Strategy):
    uses_embedding = False

    def order(self, request: Request) -> Tensor:
        return request.remaining.sort().values


@dataclass(frozen=True)
class InOrder(Base):
    descending: bool = False

    def order(self, request: Request) -> Tensor:
        return request.remaining.sort(descending=self.descending).values


def test_by_name() -> None:
    assert register_strategy('in_order')(InOrder) is InOrder
    assert 'in_order' in strategy_names()
    assert make_strategy('in_order', descending=True) == InOrder(True)
    sampler = StrategyBatchSampler(3, 2, 'in_order', descending=True)
    assert list(sampler) == [[2, 1], [0]]
    loader = BatchSamplerLoader(numbered_graphs(3), 2,
                                batch_sampler='in_order', descending=True)
    assert [batch.input_id.tolist() for batch in loader] == [[2, 1], [0]]
    register_strategy('in_order')(InOrder)  # as a notebook does again


@pytest.mark.parametrize('name,cls,error,message', [
    ('uniform', InOrder, ValueError, "the name 'uniform' is taken by "
     "pyg_batchsampler.sampler.uniform.Uniform. Choose another"),
    ('in order', InOrder, ValueError, "'name' must be made of letters, digits "
     "and underscores, e.g., 'random_groups' (got 'in order')"),
    ('base', Base, TypeError, "Base must be a dataclass, whose fields are its "
     "options. Put @dataclass(frozen=True) above the class"),
    ('number', int, TypeError, "only classes derived from Strategy can be "
     "registered (got <class 'int'>)"),
])
def test_what_cannot_be_registered(name: str, cls: Any, error: type,
                                   message: str) -> None:
    with raises(error, message):
        register_strategy(name)(cls)


def test_bad_options() -> None:
    with raises(TypeError, "'strategy' must be a name or a Strategy (got "
                "int). Available: 'bandwidth', 'chain', 'kmeans', "
                "'knn', 'partition', 'proximity', 'uniform'"):
        make_strategy(3)  # type: ignore[arg-type]
    with raises(TypeError, "'num_neighbors' is no option of the strategy "
                "'knn' (got 2). It belongs to 'proximity': leave it out"):
        make_strategy('knn', num_neighbors=2)
    with raises(TypeError, "'walks' is no option of the strategy 'uniform' "
                "(got 2). It has none: leave it out"):
        make_strategy('uniform', walks=2)
    with raises(TypeError, "'walks' must be given to the strategy, since it "
                "is one already (got 2): Proximity(walks=2)"):
        make_strategy(Proximity(), walks=2)
