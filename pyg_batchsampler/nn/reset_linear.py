import torch
from torch_geometric.nn import Linear


def reset_linear(module: torch.nn.Module) -> None:
    r"""Resets every linear layer inside :obj:`module` to weights that are
    Xavier-uniform and a bias of zero.

    Example:
        >>> layer = torch.nn.Linear(2, 1)
        >>> reset_linear(layer)
        >>> bool(layer.weight.abs().max() <= 2 ** 0.5), layer.bias.tolist()
        (True, [0.0])
    """
    for layer in module.modules():
        if isinstance(layer, (torch.nn.Linear, Linear)):
            torch.nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                torch.nn.init.zeros_(layer.bias)
