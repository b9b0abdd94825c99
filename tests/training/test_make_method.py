from typing import Any, Dict, List

import pytest
import torch
from torch_geometric.data import Batch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.training import (TrainingConfig, make_method, make_model,
                                       train)
from pyg_batchsampler.transforms import PPRDiffusion
from tests.helpers import make_generator


@pytest.mark.parametrize('settings', [
    dict(), dict(loss='hcl'), dict(model='mvgrl'),
    dict(model='mvgrl', loss='nt_xent')])
def test_loss_and_views(settings: Dict[str, Any]) -> None:
    config = TrainingConfig(hidden_channels=8, **settings)
    dataset = Digits(PPRDiffusion())[:12]
    model = make_model(dataset, config, seed=0)
    batch = Batch.from_data_list(list(dataset))
    loss: List[float] = []
    everything = torch.ones(12, 12, dtype=torch.bool)
    for mask in [None, everything]:
        method = make_method(model, config, make_generator())
        out, (z1, z2) = method(batch.clone(), mask)  # type: ignore[misc]
        assert z1.size() == z2.size() == (12, model.out_channels)
        assert out.requires_grad and out.dim() == 0
        loss.append(float(out.detach()))
    assert loss[1] != loss[0]  # there are no negatives left


@pytest.mark.parametrize('loss', ['jsd', 'nt_xent'])
def test_mvgrl_learns(loss: str) -> None:
    dataset = Digits(PPRDiffusion())[:100]
    config = TrainingConfig(model='mvgrl', loss=loss, hidden_channels=16,
                            epochs=8, batch_size=32)
    losses: List[float] = []
    trained = train(dataset, 'proximity', config,
                    on_epoch=lambda epoch, _: losses.append(epoch.loss))
    assert losses[-1] < losses[0]
    assert trained.seconds['sampling'] > 0
