from typing import List

import torch
from torch import Tensor
from torch_geometric.nn.inits import reset

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.nn.reset_linear import reset_linear


class ProjectionHead(torch.nn.Module):
    r"""The projection head of the `"Contrastive Multi-View Representation
    Learning on Graphs" <https://arxiv.org/abs/2006.05582>`_ paper: three
    linear layers, each with PReLU, plus a linear shortcut.

    Args:
        in_channels (int): Size of embeddings, :math:`D`.
        out_channels (int): Size of projections, :math:`P`.

    Shapes:
        - **input:** embeddings :math:`[*, D]`
        - **output:** projections :math:`[*, P]`

    Example:
        >>> ProjectionHead(8, 4)(torch.ones(5, 8)).size()
        torch.Size([5, 4])
    """
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.in_channels = check_integer('in_channels', in_channels, low=1)
        self.out_channels = check_integer('out_channels', out_channels, low=1)
        layers: List[torch.nn.Module] = []
        for size in [self.in_channels, self.out_channels, self.out_channels]:
            layers += [torch.nn.Linear(size, self.out_channels),
                       torch.nn.PReLU()]
        self.layers = torch.nn.Sequential(*layers)
        self.shortcut = torch.nn.Linear(self.in_channels, self.out_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters of the module."""
        reset(self.layers)
        reset_linear(self)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x) + self.shortcut(x)
        return out

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}({self.in_channels}, '
                f'{self.out_channels})')
