r"""Warnings point at the line of whoever asks for mini-batches."""

import inspect
import warnings
from typing import Any, Callable, List

import pytest
import torch
from torch.utils.data import DataLoader
from torch_geometric.loader import DataLoader as PyGLoader

from pyg_batchsampler import BatchSamplerLoader, ProximityBatchSampler
from pyg_batchsampler.warn_caller import warn_caller
from tests.helpers import make_generator, numbered_graphs

X = torch.randn(40, 4, generator=make_generator())
GRAPHS = numbered_graphs(40)


def of_torch(**kwargs: Any) -> Any:
    dataset: Any = range(40)
    return DataLoader(dataset, batch_sampler=ProximityBatchSampler(X, 20),
                      **kwargs)


def end_epochs_early() -> Any:
    loader = BatchSamplerLoader(GRAPHS, 10)
    loader.update(X[:3], torch.arange(3))
    list(loader)
    return loader


@pytest.mark.parametrize('make,start', [
    (lambda: ProximityBatchSampler(X, 20), 'mini-batches of 20 hold 50% '),
    (lambda: ProximityBatchSampler(X + 9, 8), 'the rows of the embedding '),
    (lambda: ProximityBatchSampler(40, 8), 'ProximityBatchSampler has no '),
    (lambda: BatchSamplerLoader(GRAPHS, 20, embedding=X), 'mini-batches of '),
    (lambda: BatchSamplerLoader(torch.arange(40), 8, warmup_epochs=0,
                                encoder=lambda batch: X[batch] + 9),
     'the rows of the embedding '),
    (end_epochs_early, 'only 3 of 40 instances'),
    (of_torch, 'mini-batches of 20 hold 50% '),
    (lambda: of_torch(num_workers=2), 'mini-batches of 20 hold 50% '),
    (lambda: PyGLoader(GRAPHS, batch_sampler=ProximityBatchSampler(X, 20)),
     'mini-batches of 20 hold 50% '),
])
def test_of_a_pass(make: Callable[[], Any], start: str) -> None:
    loader = make()
    lines: List[int] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        for _ in range(2):
            frame = inspect.currentframe()
            assert frame is not None
            lines.append(frame.f_lineno + 1)
            for _batch in loader:
                pass
    found = [each for each in caught if str(each.message).startswith(start)]
    assert len(found) == 1 and found[0].filename == __file__
    assert found[0].lineno in lines


def test_of_other_calls() -> None:
    loader = BatchSamplerLoader(GRAPHS, 8, embedding=X)
    next(iter(loader))
    loader.load_state_dict(loader.state_dict())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        loader.set_epoch(3)
        warn_caller('directly')
    assert str(caught[0].message).startswith('the rest of epoch 0, which ')
    assert {each.filename for each in caught} == {__file__}
    assert caught[0].lineno + 1 == caught[1].lineno
