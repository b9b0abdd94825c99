from dataclasses import replace
from typing import Any

import pytest
import torch
from torch_geometric.data import Batch, Data
from torch_geometric.nn.conv.gcn_conv import gcn_norm

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.experiments import instance_retrieval
from pyg_batchsampler.nn import MVGRL
from pyg_batchsampler.nn.mvgrl import MVGRLOutput
from pyg_batchsampler.training import TrainingConfig, make_model
from tests.helpers import untouched_random_state

CONFIG = TrainingConfig(epochs=2, batch_size=64, held_out=0.4,
                        augmentations='node_dropping')
CONFIG_MVGRL = TrainingConfig(model='mvgrl', epochs=2, batch_size=64,
                              held_out=0.4, hidden_channels=16)


def test_copies_that_are_no_different_are_found() -> None:
    config = replace(CONFIG, augmentation_ratio=0.0)
    model = make_model(Digits(), config, 0)
    assert instance_retrieval(model, Digits(), config) == 1


def test_copies_that_differ_more_are_found_less() -> None:
    model = make_model(Digits(), CONFIG, 0)
    with untouched_random_state():
        found = [instance_retrieval(model, Digits(), replace(
            CONFIG, augmentation_ratio=ratio)) for ratio in [0.05, 0.3, 0.9]]
    assert 1 > found[0] > found[1] > found[2]
    assert model.training  # as before
    again = instance_retrieval(model, Digits(), replace(
        CONFIG, augmentation_ratio=0.3))
    assert again == found[1]


def test_embeddings_that_are_all_the_same() -> None:
    model: Any = make_model(Digits(), CONFIG, 0)
    torch.nn.init.zeros_(model.encoder.convs[0].nn.lins[0].weight)
    for norm in model.encoder.norms:
        norm.module.weight.data.zero_()
    dataset: Any = Digits()[:100]
    assert instance_retrieval(model, dataset, CONFIG) == pytest.approx(1 / 40)


def one_view(data: Data) -> Data:
    r"""The second view is the first one."""
    data.diffusion_edge_index, data.diffusion_edge_weight = gcn_norm(
        data.edge_index, num_nodes=data.num_nodes)
    return data


def test_views_of_mvgrl_that_are_no_different_are_found() -> None:
    dataset, config = Digits(one_view), replace(CONFIG_MVGRL, loss='nt_xent')
    model = make_model(dataset, config, 0)
    assert isinstance(model, MVGRL)
    assert instance_retrieval(model, dataset, config) < 1
    model.encoder2.load_state_dict(model.encoder1.state_dict())
    assert instance_retrieval(model, dataset, config) == 1


@pytest.mark.parametrize('loss,expected', [('jsd', 1), ('nt_xent', 0)])
def test_views_of_mvgrl_are_those_of_the_loss(
        loss: str, expected: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(self: MVGRL, data: Batch) -> MVGRLOutput:
        graph, node = torch.eye(data.num_graphs), torch.empty(0)
        return MVGRLOutput(node, graph[data.batch], graph, graph.roll(1, 0))

    monkeypatch.setattr(MVGRL, 'forward', forward)
    dataset: Any = Digits(one_view)[:500]
    config = replace(CONFIG_MVGRL, loss=loss)
    model = make_model(dataset, config, 0)
    assert instance_retrieval(model, dataset, config) == expected
