from typing import Any, Callable, Dict, List, Tuple

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.nn import global_add_pool

from pyg_batchsampler.nn import GINEncoder
from tests.helpers import raises
from tests.nn.graphs import (check_gradients, check_reset, collate,
                             directed_graphs, molecules, permuted)

Kind = Tuple[Callable[[], List[Data]], 'int | None']
KINDS: List[Kind] = [(directed_graphs, 3), (molecules, None)]
kinds = pytest.mark.parametrize('graphs,in_channels', KINDS,
                                ids=['features', 'molecules'])


def encode(encoder: GINEncoder, data: Data) -> Tensor:
    args = {'batch': data.batch} if 'batch' in data else {}
    out: Tensor = encoder(data.x, data.edge_index, edge_attr=data.edge_attr,
                          **args)
    return out


@kinds
def test_batch_equals_single_graphs(graphs: Any, in_channels: Any) -> None:
    encoder = GINEncoder(in_channels).eval()
    torch.testing.assert_close(
        encode(encoder, collate(graphs())),
        torch.cat([encode(encoder, data) for data in graphs()]))


@kinds
@pytest.mark.parametrize('training', [False, True])
def test_equals_layers_of_pyg(graphs: Any, in_channels: Any,
                              training: bool) -> None:
    data = collate(graphs())
    encoder = GINEncoder(in_channels, 8).train(training)
    x, expected = data.x, []
    if in_channels is None:
        x = encoder.atom_encoder(x)
    for i, conv in enumerate(encoder.convs):
        edge_attr = () if in_channels else (
            encoder.bond_encoders[i](data.edge_attr), )
        x = encoder.norms[i](conv(x, data.edge_index, *edge_attr).relu())
        expected.append(global_add_pool(x, data.batch))
    torch.testing.assert_close(encode(encoder, data),
                               torch.cat(expected, dim=-1))


@kinds
@pytest.mark.parametrize('norm', ['layer', 'renorm', None])
def test_other_norms(graphs: Any, in_channels: Any,
                     norm: 'str | None') -> None:
    torch.manual_seed(0)
    encoder = GINEncoder(in_channels, 16, norm=norm)
    data = collate(graphs())
    check_gradients(encoder, encode(encoder, data).square().sum())
    check_reset(encoder)
    if norm != 'renorm':  # what else is in the mini-batch does not matter
        torch.testing.assert_close(
            encode(encoder, data),
            torch.cat([encode(encoder, data) for data in graphs()]))


@kinds
def test_graphs_without_nodes_keep_their_row(graphs: Any,
                                             in_channels: Any) -> None:
    encoder = GINEncoder(in_channels).eval()
    no_edges = torch.empty(2, 0).long()
    no_attr = torch.empty(0, 3).long()
    x = graphs()[0].x.expand(2, -1)
    out = encoder(x, no_edges, torch.tensor([0, 2]), 4, no_attr)
    assert out.size() == (4, 96)
    assert bool((out[[1, 3]] == 0).all())
    torch.testing.assert_close(out[0], out[2])
    out = encoder(x[:0], no_edges, torch.empty(0).long(), 2, no_attr)
    assert out.equal(torch.zeros(2, 96))


@kinds
def test_one_node_in_training(graphs: Any, in_channels: Any) -> None:
    encoder = GINEncoder(in_channels)
    out = encode(encoder, graphs()[0])  # which has no variance
    assert out.size() == (1, 96) and bool(out.isfinite().all())


@kinds
def test_order_does_not_matter(graphs: Any, in_channels: Any) -> None:
    encoder = GINEncoder(in_channels).eval()
    data = graphs()[2]
    torch.testing.assert_close(encode(encoder, data),
                               encode(encoder, permuted(data)))


@kinds
def test_gradients_reach_every_parameter(graphs: Any,
                                         in_channels: Any) -> None:
    torch.manual_seed(0)
    encoder = GINEncoder(in_channels, 16)
    data = collate(graphs())
    check_gradients(encoder, encode(encoder, data).square().sum())
    check_reset(GINEncoder(in_channels, 16))


def test_edge_features_matter() -> None:
    encoder = GINEncoder(None).eval()
    data = molecules()[2]
    other = data.clone()
    other.edge_attr = 1 - data.edge_attr
    assert not torch.allclose(encode(encoder, data), encode(encoder, other))


@kinds
def test_autocast(graphs: Any, in_channels: Any) -> None:
    torch.manual_seed(0)
    encoder = GINEncoder(in_channels, 16)
    data = collate(graphs())
    expected = encode(encoder, data)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        out = encode(encoder, data)
    assert out.dtype == torch.float32  # sums over nodes
    torch.testing.assert_close(out, expected, rtol=0.1, atol=0.3)
    check_gradients(encoder, out.square().sum())


def test_names() -> None:
    encoder = GINEncoder(3, hidden_channels=8, num_layers=2)
    assert repr(encoder) == (
        "GINEncoder(3, hidden_channels=8, num_layers=2, norm='batch')")
    assert repr(GINEncoder(3, norm=None)).endswith('norm=None)')
    assert encoder.out_channels == 16
    assert not encoder.uses_edge_attr and GINEncoder(None).uses_edge_attr


def test_messages() -> None:
    kwargs: Dict[str, Any] = dict(in_channels=3)
    for name in ['in_channels', 'hidden_channels', 'num_layers']:
        with raises(ValueError, f"'{name}' must be at least 1 (got 0)"):
            GINEncoder(**{**kwargs, name: 0})
    with raises(ValueError, "'norm' must be one of 'batch', 'layer', "
                            "'renorm', None (got 'graph')"):
        GINEncoder(3, norm='graph')
    no_edges = torch.empty(2, 0).long()
    with raises(ValueError, "'x' must hold node features (got None). Add "
                            "some, e.g., with "
                            "torch_geometric.transforms.Constant()"):
        GINEncoder(3)(None, no_edges)
    with raises(ValueError, "'x' must hold OGB's integer features, "
                            "[num_nodes, 9] of torch.long (got None)"):
        GINEncoder(None)(None, no_edges)
    with raises(ValueError, "'edge_attr' must hold OGB's integer features, "
                            "[num_edges, 3] of torch.long (got None)"):
        GINEncoder(None)(torch.zeros(4, 9).long(), no_edges)
    with raises(ValueError, "'batch' must hold the graph of every node, [4] "
                            "of torch.long (got [3] of torch.int64)"):
        GINEncoder(3)(torch.ones(4, 3), no_edges, torch.zeros(3).long())
    encoder, atoms = GINEncoder(None), torch.zeros(4, 9).long()
    bonds = torch.zeros(1, 3).long()
    with raises(ValueError, "'edge_attr' must have one row per edge, 0 "
                            "(got 1)"):
        encoder(atoms, no_edges, edge_attr=bonds)
    with raises(ValueError, "'edge_index' must lie in [0, 4), the nodes "
                            "(got 4)"):
        encoder(atoms, torch.tensor([[0], [4]]), edge_attr=bonds)
    with raises(ValueError, "'x' must lie in [0, 5) in column 1 (got 7)"):
        encoder(atoms.index_fill(1, torch.tensor([1]), 7), no_edges,
                edge_attr=bonds[:0])
