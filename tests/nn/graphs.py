r"""Graphs that several tests of this room share."""

from typing import Any, List

import torch
from torch_geometric.data import Batch, Data

from tests.helpers import make_generator


def directed_graphs() -> List[Data]:
    r"""Graphs of 1, 4 and 9 nodes with loops and repeated edges."""
    rng = make_generator()
    return [Data(x=torch.randn(n, 3, generator=rng),
                 edge_index=torch.randint(n, (2, 2 * n), generator=rng))
            for n in [1, 4, 9]]


def molecules() -> List[Data]:
    r"""As above, with integer features of nodes and edges as OGB has."""
    rng = make_generator(1)
    for data in (some := directed_graphs()):
        data.x = torch.randint(2, (data.num_nodes, 9), generator=rng)
        data.edge_attr = torch.randint(2, (data.num_edges, 3), generator=rng)
    return some


def diffused_graphs() -> List[Data]:
    r"""As above, with the edges of a second view."""
    rng = make_generator(2)
    for data in (some := directed_graphs()):
        n = data.num_nodes
        data.diffusion_edge_index = torch.cartesian_prod(
            torch.arange(n), torch.arange(n)).t().contiguous()
        data.diffusion_edge_weight = torch.rand(n * n, generator=rng) / n
    return some


def collate(some: List[Data]) -> Data:
    batch: Data = Batch.from_data_list(some)
    return batch


def permuted(data: Data, seed: int = 0) -> Data:
    r"""A graph whose nodes and edges come in another order."""
    rng = make_generator(seed)
    order = torch.randperm(data.num_nodes, generator=rng)
    out = data.clone()
    out.x = data.x[order]
    for name in ['edge', 'diffusion_edge']:
        if f'{name}_index' not in data:
            continue
        index = order.argsort()[data[f'{name}_index']]
        shuffle = torch.randperm(index.size(1), generator=rng)
        out[f'{name}_index'] = index[:, shuffle]
        for key in [f'{name}_attr', f'{name}_weight']:
            if key in data:
                out[key] = data[key][shuffle]
    return out


def check_gradients(model: torch.nn.Module, loss: torch.Tensor) -> None:
    r"""Expects a gradient in every parameter that is not zero."""
    loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name
        assert bool(parameter.grad.any()), name


def check_reset(model: Any) -> None:
    r"""Expects reset_parameters to draw what the constructor draws, and to
    forget training."""
    before = {name: p.clone() for name, p in model.named_parameters()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(7)
    model.reset_parameters()
    for name, parameter in model.named_parameters():
        assert not bool((parameter == 7).any()), name
        old = before[name]
        if old.numel() < 20:
            continue
        if bool((old == old.flatten()[0]).all()):  # constants are the same
            assert parameter.equal(old), name
        else:  # and the spread of random ones
            assert 0.6 < (parameter.std() / old.std()).item() < 1.6, name
