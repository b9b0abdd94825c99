import math

import pytest
import torch
from torch import Tensor

from pyg_batchsampler.losses import JSDLoss, jsd_loss
from tests.helpers import make_generator, raises

BATCH = torch.tensor([0, 0, 1, 2, 2, 2])


def oracle(node: Tensor, graph: Tensor, mask: Tensor) -> float:
    r"""The formula, pair by pair."""
    positive, negative = [], []
    for v, own in enumerate(BATCH.tolist()):
        for g in range(graph.size(0)):
            score = float(node[v] @ graph[g])
            if g == own:
                positive.append(math.log1p(math.exp(-score)) - math.log(2))
            elif not mask[own, g]:
                negative.append(math.log1p(math.exp(score)) - math.log(2))
    return (sum(positive) / len(positive) +
            (sum(negative) / len(negative) if negative else 0.0))


def draw() -> 'tuple[Tensor, Tensor]':
    generator = make_generator()
    return (torch.randn(6, 4, generator=generator),
            torch.randn(3, 4, generator=generator))


def test_equals_the_formula() -> None:
    node, graph = draw()
    for mask in [torch.zeros(3, 3).bool(), torch.eye(3).bool().roll(1, 0),
                 torch.ones(3, 3).bool()]:
        assert float(jsd_loss(node, graph, BATCH, is_false_negative=mask)
                     ) == pytest.approx(oracle(node, graph, mask), abs=1e-5)
    plain = jsd_loss(node, graph, BATCH)
    assert float(plain) == pytest.approx(
        oracle(node, graph, torch.zeros(3, 3)), abs=1e-5)
    assert JSDLoss()(node, node, graph, graph, BATCH).equal(2 * plain)


def test_closed_form_and_order() -> None:
    assert float(jsd_loss(torch.zeros(6, 4), torch.zeros(3, 4), BATCH)) == 0
    graph = torch.eye(3)
    aligned = jsd_loss(graph[BATCH], graph, BATCH)
    assert aligned < jsd_loss(graph.roll(1, 0)[BATCH], graph, BATCH)
    graph = 50 * (2 * torch.eye(3) - 1)  # told apart without a doubt
    assert float(jsd_loss(graph[BATCH], graph, BATCH)) == pytest.approx(
        -2 * math.log(2))


def test_one_graph_has_no_negatives() -> None:
    node = torch.randn(3, 4, requires_grad=True)
    loss = jsd_loss(node, torch.randn(1, 4), torch.zeros(3).long())
    loss.backward()
    assert loss.isfinite() and node.grad is not None
    assert bool(node.grad.isfinite().all())


@pytest.mark.parametrize('dtype', [torch.half, torch.bfloat16])
def test_half_precision(dtype: torch.dtype) -> None:
    node, graph = [100 * z.to(dtype) for z in draw()]
    with torch.autocast('cpu', dtype=dtype):
        assert jsd_loss(node, graph, BATCH).isfinite()


def test_bad_values() -> None:
    with raises(ValueError, "'node', 'graph' and 'batch' must be [num_nodes, "
                "dim], [num_graphs, dim] and [num_nodes] (got [6, 4], [3, 5] "
                "and [6])"):
        jsd_loss(torch.ones(6, 4), torch.ones(3, 5), BATCH)
    with raises(ValueError, "'batch' must lie in [0, 2), the rows of 'graph' "
                            "(got 0 to 2)"):
        jsd_loss(torch.ones(6, 4), torch.ones(2, 4), BATCH)
    with raises(ValueError, "'node' must hold at least one node (got [0, 4])"):
        jsd_loss(torch.ones(0, 4), torch.ones(2, 4), BATCH[:0])
