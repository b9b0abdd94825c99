r"""Processes that train together share one plan."""

import copy
import io
from pathlib import Path
from typing import Any, Dict, List

import pytest
import torch
import torch.distributed as dist
from torch import Tensor
from torch.multiprocessing.spawn import spawn

from pyg_batchsampler import (BatchSamplerLoader, KNNBatchSampler,
                              ProximityBatchSampler, UniformBatchSampler)
from pyg_batchsampler.ranks import gather_from_ranks, get_rank, share_of
from tests.helpers import make_generator, numbered_graphs, raises

N, B, NUM_RANKS = 31, 5, 2
X = torch.randn(N, 4, generator=make_generator())
SAMPLERS = {'knn': KNNBatchSampler, 'proximity': ProximityBatchSampler,
            'uniform': UniformBatchSampler}
OPTIONS: List[Dict[str, Any]] = [
    dict(), dict(drop_last=True), dict(replacement=True)]
LOADERS: List[Dict[str, Any]] = [
    dict(embedding=X), dict(refresh_interval=2), dict(encoder=True)]


def encode(batch: Any) -> Tensor:
    return X[batch.x[batch.ptr[:-1], 0].long()]


def loaded(batch_size: int, kwargs: Dict[str, Any],
           states: List[Dict[str, Any]],
           hardness: List[Any]) -> List[List[int]]:
    r"""Trains for two epochs, from the state given last if any."""
    if 'encoder' in kwargs:
        kwargs = dict(encoder=encode, refresh_interval=3, warmup_epochs=0)
    loader = BatchSamplerLoader(numbered_graphs(N), batch_size, **kwargs)
    if states:
        loader.load_state_dict(copy.deepcopy(states[-1]))
    out: List[List[int]] = []
    cursor = loader._sampler.cursor
    while cursor.epoch < 1 or cursor.position < len(loader):
        for batch in loader:
            out.append(batch.input_id.tolist())
            if 'refresh_interval' in kwargs and 'encoder' not in kwargs:
                loader.update(X[batch.input_id] + 1, batch.input_id)
            if len(out) == 2:
                states.append(copy.deepcopy(loader.state_dict()))
    hardness.append(loader.hardness)
    return out


def on_rank(rank: int, folder: str) -> None:
    dist.init_process_group('gloo', init_method=f'file://{folder}/store',
                            rank=rank, world_size=NUM_RANKS)
    out: Dict[str, Any] = {'rank': get_rank()}
    out['gathered'] = gather_from_ranks(rank)
    out['tail'] = share_of(torch.tensor([7])).tolist()
    for name, cls in SAMPLERS.items():
        for i, options in enumerate(OPTIONS):
            sampler = cls(X, B, **options)
            out[f'{name} {i}'] = list(sampler), len(sampler)
    for i, kwargs in enumerate(LOADERS):
        states: List[Dict[str, Any]] = []
        hardness: List[Any] = []
        out[f'loader {i}'] = loaded(B, kwargs, states, hardness), states
        # Rank 0 writes the checkpoint.
        state = gather_from_ranks(states[0])[0]
        out[f'resumed {i}'] = loaded(B, kwargs, [state], hardness)
        out[f'hardness {i}'] = [tuple(each) for each in hardness]
    try:
        UniformBatchSampler(9, B, drop_last=True)
    except ValueError as error:
        out['error'] = str(error)
    torch.save(out, f'{folder}/{rank}.pt')
    dist.destroy_process_group()


@pytest.fixture(scope='module')
def ranks(tmp_path_factory: pytest.TempPathFactory) -> List[Dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp('ranks')
    spawn(on_rank, (str(folder), ), nprocs=NUM_RANKS)
    return [torch.load(folder / f'{rank}.pt') for rank in range(NUM_RANKS)]


def merged(shares: List[List[List[int]]]) -> List[List[int]]:
    r"""Global mini-batches from those of two ranks."""
    first, second = shares
    assert len(first) == len(second)
    out = []
    for ours, theirs in zip(first, second):
        assert 0 <= len(ours) - len(theirs) <= 1
        batch = torch.full((len(ours) + len(theirs), ), -1)
        batch[0::2], batch[1::2] = torch.tensor(ours), torch.tensor(theirs)
        out.append(batch.tolist())
    return out


@pytest.mark.parametrize('i', range(len(OPTIONS)))
@pytest.mark.parametrize('name', SAMPLERS)
def test_global_batches(ranks: List[Dict[str, Any]], name: str,
                        i: int) -> None:
    sampler = SAMPLERS[name](X, B * NUM_RANKS, **OPTIONS[i])
    shares = [rank[f'{name} {i}'][0] for rank in ranks]
    assert [rank[f'{name} {i}'][1] for rank in ranks] == [len(sampler)] * 2
    expected = list(sampler)
    if len(expected[-1]) == 1:  # every rank trains on something
        assert [share.pop() for share in shares] == [expected[-1]] * 2
        expected.pop()
    assert merged(shares) == expected


@pytest.mark.parametrize('i', range(len(LOADERS)))
def test_loaders(ranks: List[Dict[str, Any]], i: int) -> None:
    states: List[Dict[str, Any]] = []
    hardness: List[Any] = []
    expected = loaded(B * NUM_RANKS, LOADERS[i], states, hardness)
    for rank in ranks:  # of global mini-batches, on every rank, and resumed
        assert rank[f'hardness {i}'] == 2 * [pytest.approx(hardness[0])]
    shares = [rank[f'loader {i}'][0] for rank in ranks]
    resumed = [rank[f'resumed {i}'] for rank in ranks]
    assert [share[2:] for share in shares] == resumed
    for step, batch in enumerate(expected):
        union = {j for share in shares for j in share[step]}
        assert union == set(batch)


def test_state_fits_another_number_of_ranks(
        ranks: List[Dict[str, Any]]) -> None:
    expected = loaded(B * NUM_RANKS, LOADERS[1], [], [])
    state = ranks[0]['loader 1'][1][0]
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    state = torch.load(buffer, weights_only=True)
    assert loaded(B * NUM_RANKS, LOADERS[1], [state], []) == expected[2:]
    loader = BatchSamplerLoader(numbered_graphs(N), B, **LOADERS[1])
    with raises(ValueError, "'state_dict' belongs to another sampler: its "
                "'global_batch_size' is 10 (expected 5). Load it into one "
                "that was made with the same arguments"):
        loader.load_state_dict(state)


def test_small_things(ranks: List[Dict[str, Any]]) -> None:
    assert [rank['rank'] for rank in ranks] == [0, 1]
    assert [rank['gathered'] for rank in ranks] == [[0, 1]] * 2
    assert [rank['tail'] for rank in ranks] == [[7]] * 2
    assert [rank['error'] for rank in ranks] == [
        "'batch_size' must be at most the number of instances if 'drop_last' "
        "is set (got 5 on 2 ranks for 9). Lower it, e.g., to 4"] * 2


def test_one_process() -> None:
    assert (get_rank(), gather_from_ranks('x')) == (0, ['x'])
    assert share_of(torch.arange(3)).equal(torch.arange(3))
