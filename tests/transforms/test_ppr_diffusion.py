from typing import Any

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Batch, Data
from torch_geometric.transforms import GDC
from torch_geometric.utils import to_dense_adj

from pyg_batchsampler.transforms import PPRDiffusion, ppr_diffusion
from tests.helpers import make_generator, raises, untouched_random_state
from tests.transforms.traced import random_graph


def dense(data: Data) -> Tensor:
    r"""Targets by sources."""
    out = torch.zeros(data.num_nodes, data.num_nodes)
    source, target = data.diffusion_edge_index
    assert (target * data.num_nodes + source).unique().numel() == len(source)
    out[target, source] = data.diffusion_edge_weight
    return out


def inverse(data: Data, alpha: float, add_self_loops: bool = True) -> Tensor:
    r"""The formula of the paper."""
    size = data.num_nodes
    adj = to_dense_adj(data.edge_index, max_num_nodes=size)[0].double()
    adj = adj.clamp(max=1)
    if add_self_loops:
        adj.fill_diagonal_(1)
    scale = adj.sum(1).pow(-0.5).nan_to_num(posinf=0)
    walk = scale.view(-1, 1) * adj * scale
    eye = torch.eye(size, dtype=torch.double)
    return (alpha * (eye - (1 - alpha) * walk).inverse()).float()


def graph(size: int, density: float) -> Data:
    return random_graph(size, density, True, make_generator())


@pytest.mark.parametrize('is_dense', [True, False])
@pytest.mark.parametrize('add_self_loops', [True, False])
@pytest.mark.parametrize('alpha', [0.05, 0.2, 0.9])
@pytest.mark.parametrize('size, density', [
    (1, 0.0), (1, 1.0), (2, 1.0), (7, 0.0), (20, 0.05), (40, 0.2), (40, 1.0)])
def test_is_the_inverse(size: int, density: float, alpha: float,
                        add_self_loops: bool, is_dense: bool,
                        monkeypatch: Any) -> None:
    if not is_dense:  # sparse factors, several blocks
        monkeypatch.setattr(ppr_diffusion, 'DENSE_SIZE', 0)
        monkeypatch.setattr(ppr_diffusion, 'BLOCK_NUMBERS', 3 * size)
    data = graph(size, density)
    before = data.clone()
    with untouched_random_state():
        out = PPRDiffusion(alpha, add_self_loops=add_self_loops)(data)
    assert data.to_dict().keys() == before.to_dict().keys()
    assert out.edge_index.equal(before.edge_index)
    expected = inverse(data, alpha, add_self_loops)
    assert torch.allclose(dense(out), expected, atol=1e-6)
    # Nothing is stored between components.
    assert out.diffusion_edge_weight.numel() == int(
        (expected > 1e-12).sum())
    assert out.diffusion_edge_weight.dtype == torch.float


@pytest.mark.parametrize('seed', range(5))
def test_agrees_with_gdc(seed: int) -> None:
    # The symmetric normalization of GDC with its self-loops.
    data = random_graph(12, 0.3, True, make_generator(seed))
    loops = data.edge_index[0] == data.edge_index[1]
    data = Data(edge_index=data.edge_index[:, ~loops], num_nodes=12)
    gdc = GDC(self_loop_weight=1.0, normalization_in='sym',
              normalization_out=None,
              diffusion_kwargs={'method': 'ppr', 'alpha': 0.2},
              sparsification_kwargs={'method': 'threshold', 'eps': 1e-9})
    other = gdc(data.clone())
    expected = to_dense_adj(other.edge_index, edge_attr=other.edge_attr,
                            max_num_nodes=12)[0]
    assert torch.allclose(dense(PPRDiffusion(0.2)(data)), expected, atol=1e-6)


def test_two_nodes_by_hand() -> None:
    # I - 0.8 J / 2 has the inverse I + 2 J.
    pair = Data(edge_index=torch.tensor([[0, 1], [1, 0]]), num_nodes=2)
    assert torch.allclose(dense(PPRDiffusion()(pair)),
                          torch.tensor([[0.6, 0.4], [0.4, 0.6]]))
    # Without self-loops it is I - 0.8 (J - I), with 0.2 / 0.36 in its inverse.
    out = PPRDiffusion(add_self_loops=False)(pair)
    assert torch.allclose(dense(out), torch.tensor([[5., 4.], [4., 5.]]) / 9)


def test_edges_count_once_and_loops_too() -> None:
    edge_index = torch.tensor([[0, 1, 1, 0, 0], [1, 0, 0, 1, 0]])
    out = PPRDiffusion()(Data(edge_index=edge_index, num_nodes=2))
    assert torch.allclose(dense(out), torch.tensor([[0.6, 0.4], [0.4, 0.6]]))


@pytest.mark.parametrize('top_k', [1, 5, 29, 30, 100])
def test_top_k(top_k: int) -> None:
    data = graph(30, 0.2)
    out = PPRDiffusion(top_k=top_k)(data)
    source, target = out.diffusion_edge_index
    assert target.bincount(minlength=30).eq(min(top_k, 30)).all()
    assert (30 * target + source).diff().gt(0).all()  # sorted
    value = out.diffusion_edge_weight.view(30, -1).sort(descending=True).values
    expected = inverse(data, 0.2).topk(min(top_k, 30), dim=1).values
    assert torch.allclose(value, expected, atol=1e-6)


def test_threshold() -> None:
    data = graph(30, 0.2)
    expected = inverse(data, 0.2)
    out = dense(PPRDiffusion(threshold=0.02)(data))
    assert torch.allclose(out, expected * (expected >= 0.02), atol=1e-6)
    assert 30 < int((out > 0).sum()) < 900


def test_default_holds_128() -> None:
    out = PPRDiffusion()(graph(130, 0.1))
    assert out.diffusion_edge_weight.numel() == 130 * 128


def test_large_graph() -> None:
    # A hub with 999 leaves: two hops join all of them.
    leaf = torch.arange(1, 1000)
    edge_index = torch.stack([leaf, torch.zeros_like(leaf)])
    data = Data(edge_index=torch.cat([edge_index, edge_index.flip(0)], dim=1),
                num_nodes=1000)
    out = dense(PPRDiffusion(top_k=1000)(data))
    assert torch.allclose(out, inverse(data, 0.2), atol=1e-6)


def test_batching() -> None:
    graphs = [PPRDiffusion(top_k=3)(graph(size, 0.5)) for size in [5, 1, 7, 2]]
    batch: Any = Batch.from_data_list(graphs)
    source, target = batch.diffusion_edge_index
    assert batch.batch[source].equal(batch.batch[target])
    assert batch.num_edges == sum(data.num_edges for data in graphs)
    assert batch.num_nodes == 15
    assert batch.diffusion_edge_weight.numel() == source.numel()
    first = 0
    for i, data in enumerate(graphs):
        is_own = batch.batch[source] == i
        assert batch.diffusion_edge_index[:, is_own].equal(
            data.diffusion_edge_index + first)
        first += data.num_nodes
        assert batch[i].diffusion_edge_index.equal(data.diffusion_edge_index)
        assert batch[i].diffusion_edge_weight.equal(data.diffusion_edge_weight)


def test_bad_values() -> None:
    for alpha in [0.0, 1.0, float('nan')]:
        with raises(ValueError, f"'alpha' must lie in (0, 1) (got {alpha})"):
            PPRDiffusion(alpha)
    with raises(ValueError, "'top_k' must be at least 1 (got 0)"):
        PPRDiffusion(top_k=0)
    with raises(ValueError, "'threshold' must be positive and finite (got "
                "0.0)"):
        PPRDiffusion(threshold=0.0)
    with raises(ValueError, "'threshold' must not be given with 'top_k' (got "
                "0.1 and 5)"):
        PPRDiffusion(top_k=5, threshold=0.1)


def test_bad_graphs() -> None:
    with raises(ValueError, "'data' must be undirected (got edges without a "
                "reverse). Convert it with 'ToUndirected()'"):
        PPRDiffusion()(Data(edge_index=torch.tensor([[0], [1]]), num_nodes=2))
    with raises(ValueError, "'data' must be a single graph (got a batch of "
                "2). Transform the data set, e.g., as its 'pre_transform'"):
        PPRDiffusion()(Batch.from_data_list([graph(3, 1.0)] * 2))


def test_repr() -> None:
    assert repr(PPRDiffusion()) == 'PPRDiffusion(alpha=0.2, top_k=128)'
    assert repr(PPRDiffusion(0.1, threshold=0.01)) == (
        'PPRDiffusion(alpha=0.1, threshold=0.01)')
