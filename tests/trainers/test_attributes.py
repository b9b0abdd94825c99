r"""Attributes that trainers and users set on a loader that exists."""

from typing import Any, Callable, Tuple

import pytest
import torch
from torch.utils.data import Dataset, get_worker_info

from pyg_batchsampler import BatchSamplerLoader
from tests.helpers import numbered_graphs, raises
from tests.trainers.helpers import DATA, LEN, B, N, X

IN_ORDER = ("'in_order' must be True: mini-batches that arrive in another "
            "order would carry the 'input_id' of others. Leave it out")


class Where(Dataset):
    r"""Tells which worker reads, and what it draws."""
    def __len__(self) -> int:
        return N

    def __getitem__(self, index: int) -> Tuple[int, float]:
        worker = get_worker_info()
        return -1 if worker is None else worker.id, torch.rand(()).item()


def seed_workers(worker: int) -> None:
    torch.manual_seed(7)


@pytest.mark.parametrize('persistent', [False, True])
def test_attributes_take_effect(persistent: bool) -> None:
    num_workers = 1 if persistent else 0
    loader: Any = BatchSamplerLoader(
        Where(), B, embedding=X, collate_fn=list, num_workers=num_workers,
        persistent_workers=persistent)

    def read() -> Any:
        return tuple(zip(*(item for batch in loader for item in batch)))

    assert {*read()[0]} == {num_workers - 1}
    loader.num_workers = 2
    workers, before = read()
    assert {*workers} == {0, 1}
    loader.worker_init_fn = seed_workers
    after = read()[1]
    assert len({*before}) == N
    assert len({*after}) < N  # both draw the same
    loader.collate_fn = len
    assert list(loader) == [B] * (LEN - 1) + [N % B or B]
    loader.collate_fn, loader.num_workers = list, 0
    if not persistent:
        assert {*read()[0]} == {-1}


def test_collation_of_graphs_takes_effect() -> None:
    loader: Any = BatchSamplerLoader(numbered_graphs(N), B, embedding=X)
    assert next(iter(loader)).num_graphs == B
    loader.collate_fn = len
    assert next(iter(loader)) == B


def change(name: str, value: Any) -> Callable[[], Any]:
    loader: Any = BatchSamplerLoader(DATA, B, embedding=X)
    return lambda: setattr(loader, name, value)


@pytest.mark.parametrize('name', ['batch_size', 'batch_sampler', 'dataset',
                                  'drop_last', 'persistent_workers',
                                  'sampler'])
def test_torch_refuses(name: str) -> None:
    with raises(ValueError, f'{name} attribute should not be set after '
                'BatchSamplerLoader is initialized'):
        change(name, None)()


@pytest.mark.parametrize('name', ['encoder', 'refresh_interval',
                                  'warmup_epochs'])
def test_ours_are_read_only(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        change(name, None)()


@pytest.mark.parametrize('name', ['follow_batch', 'exclude_keys'])
def test_keys_of_graphs_take_effect_or_raise(name: str) -> None:
    loader: Any = BatchSamplerLoader(numbered_graphs(N), B, embedding=X)
    try:
        setattr(loader, name, ['x'])
    except (AttributeError, ValueError) as error:
        assert name in str(error)
    else:
        keys = next(iter(loader)).keys()
        assert ('x_batch' in keys) == (name == 'follow_batch')
        assert ('x' in keys) == (name == 'follow_batch')


@pytest.mark.parametrize('num_workers', [0, 2])
def test_mini_batches_arrive_in_order(num_workers: int) -> None:
    with raises(ValueError, IN_ORDER):
        BatchSamplerLoader(DATA, B, in_order=False, num_workers=num_workers)
    loader: Any = BatchSamplerLoader(DATA, B, in_order=True, embedding=X,
                                     num_workers=num_workers)
    for batch in loader:
        assert batch.equal(loader.input_id)
    with pytest.raises(ValueError, match='in_order'):
        loader.in_order = False
        next(iter(loader))
