from typing import Optional

import pytest
import torch
from torch import Tensor
from torch_geometric.nn.conv.gcn_conv import gcn_norm

from pyg_batchsampler.nn.adjacency import Adjacency
from tests.helpers import make_generator, raises


def dense(edge_index: Tensor, num_nodes: int,
          edge_weight: Optional[Tensor] = None) -> Tensor:
    if edge_weight is None:
        edge_weight = torch.ones(edge_index.size(1))
    return torch.zeros(num_nodes, num_nodes).index_put(
        (edge_index[1], edge_index[0]), edge_weight, accumulate=True)


def edges(order: str) -> Tensor:
    edge_index = torch.randint(1, 8, (2, 30), generator=make_generator())
    if order == 'none':
        return edge_index
    return edge_index[:, edge_index[0 if order == 'source' else 1].argsort()]


@pytest.mark.parametrize('order', ['none', 'source', 'target'])
@pytest.mark.parametrize('weighted', [False, True])
def test_equals_dense_product_and_its_gradient(order: str,
                                               weighted: bool) -> None:
    edge_index = edges(order)  # nodes 0, 8 and 9 have none
    weight = torch.rand(30, generator=make_generator()) if weighted else None
    x = torch.randn(10, 4, generator=make_generator(1), requires_grad=True)
    grad = torch.randn(10, 4, generator=make_generator(2))
    out = Adjacency(edge_index, 10, weight) @ x
    expected = dense(edge_index, 10, weight) @ x
    torch.testing.assert_close(out, expected)
    torch.testing.assert_close(torch.autograd.grad(out, x, grad),
                               torch.autograd.grad(expected, x, grad))


def test_normalized_as_gcn() -> None:
    edge_index = edges('none')
    expected = dense(*_args(gcn_norm(edge_index, None, 10), 10))
    out = Adjacency(edge_index, 10).normalized(torch.float) @ torch.eye(10)
    torch.testing.assert_close(out, expected)


def _args(pair: 'tuple[Tensor, Tensor]', size: int
          ) -> 'tuple[Tensor, int, Tensor]':
    return pair[0], size, pair[1]


def test_nothing_to_sum() -> None:
    no_edges = torch.empty(2, 0, dtype=torch.long)
    x = torch.ones(3, 2, requires_grad=True)
    out = Adjacency(no_edges, 3) @ x
    assert out.tolist() == [[0, 0]] * 3
    out.sum().backward()
    assert x.grad is not None and not bool(x.grad.any())
    assert (Adjacency(no_edges, 0) @ torch.empty(0, 2)).size() == (0, 2)


@pytest.mark.parametrize('dtype', [torch.float64, torch.float16,
                                   torch.bfloat16])
def test_sums_are_at_least_single_precision(dtype: torch.dtype) -> None:
    star = torch.stack([torch.arange(1, 4001), torch.zeros(4000).long()])
    adjacency = Adjacency(star, 4001, torch.ones(4000))
    x = torch.ones(4001, 1, dtype=dtype, requires_grad=True)
    out = adjacency @ x
    assert out[0].item() == 4000  # half precision counts to 2048
    assert out.dtype == max(dtype, torch.float32, key=lambda d: d.itemsize)
    out.sum().backward()
    assert x.grad is not None and x.grad.dtype == dtype


def test_messages() -> None:
    pair = torch.tensor([[0, 1], [1, 0]])
    with raises(ValueError, "'edge_index' must be [2, num_edges] "
                            "(got [4])"):
        Adjacency(pair.flatten(), 2)
    with raises(TypeError, "'edge_index' must be torch.long (got "
                           "torch.float32). Convert it with .long()"):
        Adjacency(torch.empty(2, 0), 1)
    with raises(ValueError, "'edge_index' must lie in [0, 1), the nodes "
                            "(got 1)"):
        Adjacency(pair, 1)
    with raises(ValueError, "'edge_index' must lie in [0, 2), the nodes "
                            "(got -1)"):
        Adjacency(pair - 1, 2)
    with raises(ValueError, "'edge_weight' must have one number per edge, "
                            "[2] (got [2, 1])"):
        Adjacency(pair, 2, torch.ones(2, 1))
    with raises(ValueError, "'edge_weight' must not require a gradient. "
                            "Pass edge_weight.detach()"):
        Adjacency(pair, 2, torch.ones(2, requires_grad=True))
