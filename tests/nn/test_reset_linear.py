import torch
from torch_geometric.nn import MLP

from pyg_batchsampler.nn.reset_linear import reset_linear


def test_weights_are_xavier_uniform_without_bias() -> None:
    layers = torch.nn.ModuleList([
        MLP([100, 60, 20], norm=None), torch.nn.Linear(100, 60),
        torch.nn.Linear(60, 20, bias=False)])
    reset_linear(layers)
    for name, parameter in layers.named_parameters():
        if name.endswith('bias'):
            assert not bool(parameter.any())
        else:  # the largest of n uniform ones is near their bound
            bound = (6 / sum(parameter.shape))**0.5
            assert 0.97 * bound < parameter.abs().max().item() <= bound
            assert abs(parameter.mean().item()) < 0.1 * bound
