r"""Lightning's trainer, as docs/tutorials/lightning.rst has it."""

import warnings
from pathlib import Path
from typing import Any, Dict, List, Tuple

import lightning
import pytest
import torch
from torch.utils.data import DataLoader, Dataset
from torchdata.stateful_dataloader import StatefulDataLoader

from pyg_batchsampler import BatchSamplerLoader, ProximityBatchSampler
from tests.code_blocks import run_page
from tests.trainers.helpers import DATA, LEN, B, N, X, expected
from tests.trainers.lightning_module import Recorder, fit

PAGE = Path(__file__).parents[2] / 'docs' / 'tutorials' / 'lightning.rst'
pytestmark = pytest.mark.filterwarnings('ignore')  # theirs


def recording_loader(**kwargs: Any) -> Any:
    return BatchSamplerLoader(DATA, B, **kwargs)


def given_loader(**kwargs: Any) -> Any:
    return recording_loader(embedding=X, **kwargs)


def test_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: Dict[str, Any] = run_page(PAGE)
    size, num_batches = 300, 5
    seen: List[List[int]] = []
    contrastive: Any = names['Contrastive']

    class Module(contrastive):
        def training_step(self, batch: Any, batch_idx: int) -> Any:
            seen.append(batch.input_id.tolist())
            # Embeddings that no rounding can change.
            self.loader.update(torch.nn.functional.one_hot(
                batch.input_id * 7 % 30, 30).float(), batch.input_id)
            return self.model(batch).sum() * 0

    def run(path: Any = None, *callbacks: Any) -> None:
        trainer = lightning.Trainer(max_epochs=4, callbacks=list(callbacks),
                                    **names['options'])
        trainer.fit(Module(names['dataset']), ckpt_path=path)

    run(None, *(names['ModelCheckpoint'](tmp_path, '{step}', save_top_k=-1,
                                         every_n_train_steps=steps)
                for steps in [num_batches, 2 * num_batches + 3]))
    whole = list(seen)
    for i in range(0, len(whole), num_batches):
        assert sorted(sum(whole[i:i + num_batches], [])) == list(range(size))
    for steps in [num_batches, 2 * num_batches, 2 * num_batches + 3]:
        seen.clear()
        run(tmp_path / f'step={steps}.ckpt')
        assert seen == whole[steps:]


@pytest.mark.parametrize('num_workers', [0, 1, 2])
def test_plain_loader_goes_on_with_the_next_epoch(num_workers: int,
                                                  tmp_path: Path) -> None:
    whole = sum(expected(3), [])

    def module() -> Any:
        sampler = ProximityBatchSampler(X, B)
        return Recorder(lambda: DataLoader(
            DATA, batch_sampler=sampler, num_workers=num_workers),
            keep=sampler)

    assert fit(module(), tmp_path) == whole
    for steps in [LEN, 2 * LEN]:
        assert fit(module(), tmp_path, tmp_path / f'step={steps}.ckpt') == (
            whole[steps:])


def test_plain_loader_is_told_the_epoch(tmp_path: Path) -> None:
    def module() -> Any:
        return Recorder(lambda: DataLoader(
            DATA, batch_sampler=ProximityBatchSampler(X, B)))

    fit(module(), tmp_path)
    assert fit(module(), tmp_path, tmp_path / f'step={2 * LEN}.ckpt') == (
        expected(3)[2])


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('kind', ['stateful', 'given', 'recorded'])
def test_checkpoints_hold_the_state_of_loaders(
        kind: str, num_workers: int, tmp_path: Path) -> None:
    def make_loader() -> Any:
        if kind == 'stateful':
            return StatefulDataLoader(
                DATA, batch_sampler=ProximityBatchSampler(X, B),
                num_workers=num_workers)
        if kind == 'given':
            return given_loader(num_workers=num_workers)
        return recording_loader(refresh_interval=4, num_workers=num_workers)

    def module() -> Any:
        return Recorder(make_loader, X if kind == 'recorded' else None)

    whole = fit(module(), tmp_path)
    if kind != 'recorded':
        assert whole == sum(expected(3), [])
    for steps in [1, LEN, LEN + 3]:
        assert fit(module(), tmp_path, tmp_path / f'step={steps}.ckpt') == (
            whole[steps:])


@pytest.mark.parametrize('every', [1, 2])
def test_a_new_loader_every_epoch_warns_once(every: int,
                                             tmp_path: Path) -> None:
    module = Recorder(recording_loader, X)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('default')  # what users see
        fit(module, tmp_path, max_epochs=4,
            reload_dataloaders_every_n_epochs=every)
    assert [each for each in module.seen if len(each) != LEN] == []
    assert any(module.is_hard) == (every > 1)
    found = [str(each.message) for each in caught
             if 'made anew' in str(each.message)]
    assert len(found) == 1


def test_overfit_batches_ends_epochs_early(tmp_path: Path) -> None:
    module = Recorder(given_loader)
    fit(module, tmp_path, overfit_batches=2)
    assert module.seen == [batches[:2] for batches in expected(3)]
    # What the page says to do.
    module = Recorder(given_loader, set_epoch=0)
    fit(module, tmp_path, overfit_batches=2)
    assert module.seen == 3 * [expected(1)[0][:2]]


class Noisy(Dataset):
    r"""Numbers, and noise that is drawn when they are read."""
    def __len__(self) -> int:
        return N

    def __getitem__(self, index: int) -> Tuple[int, float]:
        return index, torch.rand(()).item()


class Drawn(Recorder):
    r"""Notes the noise as well."""
    def training_step(self, batch: Any, batch_idx: int) -> Any:
        self.drawn = [*getattr(self, 'drawn', []), *batch[1].tolist()]
        return super().training_step(batch[0], batch_idx)


def test_seed_everything_sets_worker_init_fn(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ['PL_GLOBAL_SEED', 'PL_SEED_WORKERS']:
        monkeypatch.setenv(name, '0')

    def draw(is_seeded: bool) -> Any:
        loader = BatchSamplerLoader(Noisy(), B, embedding=X, num_workers=2)
        if is_seeded:
            lightning.seed_everything(0, workers=True)
        module = Drawn(lambda: loader)
        fit(module, tmp_path, max_epochs=1)
        assert (loader.worker_init_fn is not None) == is_seeded
        assert len({*module.drawn}) == N
        return module.drawn

    assert draw(False) != draw(True)
    assert draw(True) == draw(True)
