r"""Two processes, and trainers that divide the work between them or leave that
to us."""

import os
import warnings
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

import lightning
import pytest
import torch
import torch.distributed as dist
from accelerate import Accelerator, skip_first_batches
from accelerate.utils import DataLoaderConfiguration
from torch import Tensor
from torch.multiprocessing.spawn import ProcessRaisedException, spawn
from torch.utils.data import DataLoader, Dataset

from pyg_batchsampler import BatchSamplerLoader, ProximityBatchSampler
from tests.code_blocks import blocks_of
from tests.helpers import make_generator
from tests.trainers import sentences
from tests.trainers.helpers import ANOTHER_SAMPLER, TAKEN_APART, passes
from tests.trainers.lightning_module import OPTIONS, Recorder

NUM_RANKS, B = 2, 4
TEXT = Path(__file__).parents[2] / 'docs' / 'tutorials' / 'text.rst'
SHARDED_TWICE = (
    'accelerate divides mini-batches among ranks after the sampler has done '
    'so, which would leave instances out. Make the sampler with '
    'distributed=False')
# Instances, so that all ranks get the same or the last mini-batch is short.
EVEN, SHORT = 32, 30
REPEATS = [f'accelerate {name} {SHORT}' for name in
           ['shards', 'splits', 'stateful']]
UNEVEN = [f'accelerate splits, as they come {SHORT}']
ACCELERATE: Dict[str, Dict[str, Any]] = {
    'shards': dict(),
    'shards, as they come': dict(even_batches=False),
    'splits': dict(split_batches=True),
    'splits, as they come': dict(split_batches=True, even_batches=False),
    'dispatches': dict(dispatch_batches=True),
    'stateful': dict(use_stateful_dataloader=True),
}


def plain(size: int, distributed: Optional[bool] = None) -> Any:
    dataset: Any = torch.arange(size)
    sampler = ProximityBatchSampler(embedding_of(size), B,
                                    distributed=distributed)
    return DataLoader(dataset, batch_sampler=sampler)


def ours(size: int) -> Any:
    return BatchSamplerLoader(torch.arange(size), B,
                              embedding=embedding_of(size))


def embedding_of(size: int) -> Tensor:
    return torch.randn(size, 4, generator=make_generator())


def by_torch(make_loader: Any, size: int) -> Any:
    return passes(make_loader(size), 2)


def by_accelerate(loader: Any, **kwargs: Any) -> Any:
    accelerator = Accelerator(
        cpu=True, dataloader_config=DataLoaderConfiguration(**kwargs))
    return passes(accelerator.prepare(loader), 2)


def by_lightning(make_loader: Any, **kwargs: Any) -> Any:
    module = Recorder(partial(make_loader, SHORT))
    lightning.Trainer(**OPTIONS, max_epochs=2, devices=NUM_RANKS,
                      strategy='ddp', enable_checkpointing=False,
                      **kwargs).fit(module)
    return module.seen


def by_fabric(make_loader: Any, **kwargs: Any) -> Any:
    fabric = lightning.Fabric(accelerator='cpu', devices=NUM_RANKS,
                              strategy='ddp')
    fabric.launch()
    return passes(fabric.setup_dataloaders(make_loader(SHORT), **kwargs), 2)


def by_sentence_transformers(size: int) -> Any:
    recipe, = blocks_of(TEXT)
    return sentences.run_recipe(recipe.code, {}, size)


class Noise(Dataset):
    r"""Drawn where it is read."""
    def __len__(self) -> int:
        return EVEN

    def __getitem__(self, index: int) -> float:
        return torch.rand(()).item()


def noise(batch_size: int) -> Any:
    r"""What a worker draws in each of two epochs."""
    # Workers of a process that was spawned would be, too, which takes long.
    loader = BatchSamplerLoader(Noise(), batch_size, num_workers=1,
                                batch_sampler='uniform',
                                multiprocessing_context='fork')
    epochs: Any = passes(loader, 2)
    return [sum(batches, []) for batches in epochs]


CASES: Dict[str, Callable[[], Any]] = {
    **{f'torch {make.__name__} {size}': partial(by_torch, make, size)
       for make in [plain, ours] for size in [EVEN, SHORT]},
    **{f'accelerate {name} {size}': partial(
        lambda size, kwargs: by_accelerate(plain(size, False), **kwargs),
        size, kwargs)
       for name, kwargs in ACCELERATE.items() for size in [EVEN, SHORT]},
    **{f'{name} {make.__name__}': partial(
        function, make, use_distributed_sampler=False)
       for name, function in [('lightning', by_lightning),
                              ('fabric', by_fabric)]
       for make in [plain, ours]},
    f'sentence-transformers {EVEN}': partial(
        by_sentence_transformers, EVEN * sentences.B // B),
}
REFUSED: Dict[str, Tuple[Callable[[], Any], str]] = {
    **{f'accelerate {name}': (
        partial(lambda kwargs: by_accelerate(plain(EVEN), **kwargs), kwargs),
        SHARDED_TWICE)
       for name, kwargs in ACCELERATE.items() if name != 'dispatches'},
    'prepare': (lambda: by_accelerate(ours(EVEN)), TAKEN_APART),
    'skip': (lambda: passes(skip_first_batches(ours(EVEN), 1), 1),
             TAKEN_APART),
    **{f'{name} {make.__name__}': (
        partial(function, make), ANOTHER_SAMPLER.format('DistributedSampler'))
       for name, function in [('lightning', by_lightning),
                              ('fabric', by_fabric)]
       for make in [plain, ours]},
}


def on_rank(rank: int, folder: str) -> None:
    names = dict(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE=NUM_RANKS,
                 LOCAL_WORLD_SIZE=NUM_RANKS, NODE_RANK=0)
    os.environ.update({name: str(value) for name, value in names.items()})
    os.environ.update(MASTER_ADDR='127.0.0.1', MASTER_PORT='29500')
    os.chdir(folder)
    warnings.simplefilter('ignore')  # theirs
    dist.init_process_group('gloo', init_method=f'file://{folder}/store',
                            rank=rank, world_size=NUM_RANKS)
    cases: Dict[str, Callable[[], Any]] = {
        **CASES, 'noise': partial(noise, B),
        'short': partial(by_sentence_transformers,
                         SHORT * sentences.B // B),
        **{f'refused {name}': case for name, (case, _) in REFUSED.items()},
    }
    out: Dict[str, Any] = {}
    for name, case in cases.items():
        try:
            out[name] = case()
        except Exception as error:  # to be looked at by tests
            out[name] = str(error)
    torch.save(out, f'{folder}/{rank}.pt')
    dist.barrier()
    # Rank 0 fails alone here, which ends both, in either order.
    try:
        by_accelerate(plain(EVEN), dispatch_batches=True)
    except Exception as error:
        Path(folder, f'{rank}.txt').write_text(str(error))
        raise
    dist.barrier()
    dist.destroy_process_group()


@pytest.fixture(scope='module')
def ranks(tmp_path_factory: pytest.TempPathFactory) -> List[Dict[str, Any]]:
    folder = tmp_path_factory.mktemp('ranks')
    try:
        spawn(on_rank, (str(folder), ), nprocs=NUM_RANKS)
    except ProcessRaisedException:
        if len(list(folder.glob('*.pt'))) < NUM_RANKS:
            raise
    out = [torch.load(folder / f'{rank}.pt') for rank in range(NUM_RANKS)]
    out[0]['dispatches'] = (folder / '0.txt').read_text()
    return out


@pytest.mark.parametrize('name', CASES)
def test_every_instance_once_per_epoch(ranks: List[Dict[str, Any]],
                                       name: str) -> None:
    size = EVEN if name.endswith(str(EVEN)) else SHORT
    if name.startswith('sentence'):
        size *= sentences.B // B
    epochs = list(zip(*(rank[name] for rank in ranks)))
    assert len(epochs) >= 2 and epochs[0] != epochs[1]
    for shares in epochs:
        held = sorted(sum(sum(shares, []), []))
        assert [*sorted({*held})] == list(range(size))
        # Some of accelerate's ways fill the last mini-batches from the first.
        assert len(held) == (EVEN if name in REPEATS else size)
        assert len({len(share) for share in shares}) == 1 + (name in UNEVEN)


def test_sentence_transformers_leaves_out_a_tail(
        ranks: List[Dict[str, Any]]) -> None:
    # It sets drop_last under torch.distributed: other sentences every epoch.
    step = sentences.B * NUM_RANKS
    size = SHORT * sentences.B // B
    left_out = []
    for shares in zip(*(rank['short'] for rank in ranks)):
        held = {*sum(sum(shares, []), [])}
        assert len(held) == len(sum(sum(shares, []), [])) == (
            size // step * step)
        left_out.append({*range(size)} - held)
    assert left_out[0] != left_out[1] != left_out[2]


@pytest.mark.parametrize('name', REFUSED)
def test_what_would_leave_instances_out_is_refused(
        ranks: List[Dict[str, Any]], name: str) -> None:
    for rank in ranks:
        assert rank[f'refused {name}'] == REFUSED[name][1]


def test_what_would_be_dispatched_is_refused(
        ranks: List[Dict[str, Any]]) -> None:
    assert SHARDED_TWICE in ranks[0]['dispatches']


def test_workers_of_ranks_draw_other_numbers(
        ranks: List[Dict[str, Any]]) -> None:
    alone = noise(B * NUM_RANKS)
    first, second = (rank['noise'] for rank in ranks)
    assert len({*sum(first + second, [])}) == 2 * EVEN
    assert first == [epoch[:EVEN // NUM_RANKS] for epoch in alone]
