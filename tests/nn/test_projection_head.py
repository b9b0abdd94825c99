from typing import Any

import torch

from pyg_batchsampler.nn import ProjectionHead
from tests.helpers import raises
from tests.nn.graphs import check_gradients, check_reset


def test_three_layers_and_a_shortcut() -> None:
    head = ProjectionHead(6, 4)
    for parameter in head.parameters():
        parameter.data.normal_()
    x = torch.randn(5, 6)
    out, expected = x, x @ head.shortcut.weight.t() + head.shortcut.bias
    layers: Any = list(head.layers)
    for lin, act in zip(layers[::2], layers[1::2]):
        out = out @ lin.weight.t() + lin.bias
        out = torch.where(out > 0, out, act.weight * out)
    torch.testing.assert_close(head(x), expected + out)


def test_gradients_reach_every_parameter() -> None:
    torch.manual_seed(0)
    head = ProjectionHead(6, 16)
    check_gradients(head, head(torch.randn(50, 6)).square().sum())
    check_reset(head)


def test_names_and_messages() -> None:
    head = ProjectionHead(6, 4)
    assert repr(head) == 'ProjectionHead(6, 4)'
    assert (head.in_channels, head.out_channels) == (6, 4)
    with raises(ValueError, "'out_channels' must be at least 1 (got 0)"):
        ProjectionHead(6, 0)
