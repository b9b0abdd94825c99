import json
from pathlib import Path
from typing import Any, List

import torch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import Experiment, train_and_save
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import TrainingConfig

DATASET = Digits()[:150]
CONFIG = TrainingConfig(epochs=1, batch_size=64)


def experiment(out: Path, label: Any = DATASET.y[:150],
               config: TrainingConfig = CONFIG) -> Experiment:
    return Experiment('digits', DATASET, label, config, out)


def test_settings_make_the_run_again(tmp_path: Path) -> None:
    strategy = make_strategy('proximity', num_neighbors=4)
    saved = train_and_save(experiment(tmp_path), strategy, seed=3)
    found = json.loads(saved.settings.read_text())
    assert make_strategy(found['sampler'], **found['options']) == strategy
    assert TrainingConfig(**found['settings']) == CONFIG
    assert found['seed'] == 3
    assert saved.score is not None and 0 < saved.score < 1
    assert torch.load(saved.embedding).size() == (150, 96)


def test_graphs_that_are_held_out(tmp_path: Path) -> None:
    config = TrainingConfig(epochs=1, batch_size=64, held_out=0.2)
    held_out = train_and_save(experiment(tmp_path, None, config), 'uniform')
    assert held_out.retrieval is not None and 0 <= held_out.retrieval <= 1
    assert torch.load(held_out.embedding).size() == (150, 96)
    all_trained = train_and_save(experiment(tmp_path, None), 'uniform')
    assert all_trained.retrieval is None
    assert all_trained.model != held_out.model


def test_options_and_settings_have_files_of_their_own(tmp_path: Path) -> None:
    samplers: List[Any] = ['proximity', 'proximity',
                           make_strategy('proximity', num_neighbors=4)]
    runs = [train_and_save(experiment(tmp_path, None), sampler)
            for sampler in samplers]
    runs.append(train_and_save(experiment(
        tmp_path, None, TrainingConfig(epochs=1, batch_size=50)), 'proximity'))
    assert [run.score for run in runs] == 4 * [None]
    assert runs[0] == runs[1]
    assert len({run.model for run in runs}) == 3
    assert len(list(tmp_path.iterdir())) == 3 * 4


def test_more_epochs_go_on(tmp_path: Path) -> None:
    first = train_and_save(experiment(tmp_path, None), 'uniform')
    before = torch.load(first.embedding)
    more = train_and_save(experiment(tmp_path, None, TrainingConfig(
        epochs=2, batch_size=64)), 'uniform')
    assert more == first
    assert not torch.load(more.embedding).equal(before)
