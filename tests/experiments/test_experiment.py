from pathlib import Path

import pytest
import torch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import Experiment, load_experiment
from pyg_batchsampler.training import TrainingConfig
from tests.datasets.tu_files import write_tu
from tests.helpers import raises


def test_it_is_loaded_as_the_model_needs_it(tmp_path: Path) -> None:
    write_tu(tmp_path, 'TINY')
    plain = load_experiment('TINY', str(tmp_path), TrainingConfig(), tmp_path)
    assert plain.out == tmp_path / 'TINY'
    assert plain.dataset.num_node_features == 2
    assert plain.label is not None and plain.label.size() == (24, )
    other = load_experiment('TINY', str(tmp_path),
                            TrainingConfig(model='mvgrl'), tmp_path)
    assert 'diffusion_edge_index' in other.dataset[0]
    assert other.dataset.num_node_features == 2 + 136


def test_settings_are_checked_before_a_download(tmp_path: Path) -> None:
    with raises(ValueError, "'lr' must be positive and finite (got -1)"):
        load_experiment('NOT-THERE', str(tmp_path), TrainingConfig(lr=-1),
                        tmp_path / 'out')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('label,kind', [
    (None, 'no labels'), (torch.arange(60) % 3, '3 classes'),
    (torch.zeros(60, 2), '2 tasks')])
def test_in_one_line(label: torch.Tensor, kind: str, tmp_path: Path) -> None:
    config = TrainingConfig(epochs=1, batch_size=30, lr=0.1)
    experiment = Experiment('mine', Digits()[:60], label, config, tmp_path)
    assert experiment.describe() == (
        f'mine: 60 graphs, {kind}. graph_cl with nt_xent, 1 epoch of 2 '
        'mini-batches, batch_size 30, lr 0.1')
    assert experiment.num_steps == 2
    assert (experiment.metric, experiment.protocol) == (
        'accuracy', '10-fold linear probe')
