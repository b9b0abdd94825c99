import math
from typing import Any, Callable, Dict, Optional

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from pyg_batchsampler.losses import (DCLLoss, GraphCLLoss, HCLLoss,
                                     InfoNCELoss, NTXentLoss, dcl_loss,
                                     graph_cl_loss, hcl_loss, info_nce_loss,
                                     nt_xent_loss)
from tests.helpers import make_generator, raises

Loss = Callable[..., Tensor]
LOSSES: Dict[str, Loss] = {'nt_xent': nt_xent_loss, 'dcl': dcl_loss,
                           'hcl': hcl_loss, 'graph_cl': graph_cl_loss,
                           'info_nce': info_nce_loss}
parametrize_loss = pytest.mark.parametrize('loss', LOSSES.values(),
                                           ids=LOSSES)


def views(n: int, dim: int = 5) -> Tensor:
    return torch.randn(2, n, dim, generator=make_generator())


def oracle(name: str, z1: Tensor, z2: Tensor, t: float, tau_plus: float = 0.1,
           beta: float = 1.0, mask: Optional[Tensor] = None) -> float:
    r"""The formulas, pair by pair."""
    n, total = z1.size(0), 0.0
    one_way = name == 'graph_cl'
    z = normalize(torch.cat([z1, z2]).double(), dim=1)

    def is_left_out(i: int, j: int) -> bool:
        if mask is None:
            return False
        # Of unlike sides, rows are the first ones.
        swap = name == 'info_nce' and i >= n
        return bool(mask[j % n, i % n] if swap else mask[i % n, j % n])

    for i in range(n if one_way else 2 * n):
        def e(j: int, i: int = i) -> float:
            return math.exp(float(z[i] @ z[j]) / t)

        pos = e((i + n) % (2 * n))
        other_side = range(n, 2 * n) if i < n else range(n)
        neg = [e(j) for j in (other_side if name in ('graph_cl', 'info_nce')
                              else range(2 * n))
               if j % n != i % n and not is_left_out(i, j)]
        if one_way:
            total -= math.log(pos / sum(neg)) if neg else 0.0
            continue
        group = sum(neg)
        if name == 'hcl' and neg:
            weight = [x**beta for x in neg]
            group = sum(w * x for w, x in zip(weight, neg)) / (
                sum(weight) / len(weight))
        if name in ('dcl', 'hcl'):
            group = max((group - tau_plus * len(neg) * pos) / (1 - tau_plus),
                        len(neg) * math.exp(-1 / t))
        total -= math.log(pos / (pos + group))
    return total / (n if one_way else 2 * n)


@pytest.mark.parametrize('name', LOSSES)
@pytest.mark.parametrize('n', [1, 2, 7])
@pytest.mark.parametrize('t', [0.2, 1.0])
def test_equals_the_formula(name: str, n: int, t: float) -> None:
    z1, z2 = views(n)
    assert float(LOSSES[name](z1, z2, t)) == pytest.approx(
        oracle(name, z1, z2, t), abs=1e-5)
    mask = torch.rand(n, n, generator=make_generator()) < 0.5
    mask[0] = True  # an anchor without negatives
    assert float(LOSSES[name](z1, z2, t, is_false_negative=mask)) == (
        pytest.approx(oracle(name, z1, z2, t, mask=mask), abs=1e-5))


@pytest.mark.parametrize('tau_plus', [0.0, 0.1, 0.9])
@pytest.mark.parametrize('beta', [0.0, 0.5, 2.0])
def test_priors_and_hardness(tau_plus: float, beta: float) -> None:
    z1, z2 = views(6)
    assert float(dcl_loss(z1, z2, 0.3, tau_plus)) == pytest.approx(
        oracle('dcl', z1, z2, 0.3, tau_plus), abs=1e-5)
    assert float(hcl_loss(z1, z2, 0.3, tau_plus, beta)) == pytest.approx(
        oracle('hcl', z1, z2, 0.3, tau_plus, beta), abs=1e-5)


def test_one_holds_the_other() -> None:
    z1, z2 = views(6)
    plain = nt_xent_loss(z1, z2)
    torch.testing.assert_close(dcl_loss(z1, z2, tau_plus=0.0), plain)
    torch.testing.assert_close(hcl_loss(z1, z2, beta=0.0), dcl_loss(z1, z2))
    assert hcl_loss(z1, z2, beta=1.0) > hcl_loss(z1, z2, beta=0.0)


@parametrize_loss
def test_closed_form_and_order(loss: Loss) -> None:
    z = torch.ones(6, 3)
    expected = {graph_cl_loss: 5, info_nce_loss: 6}.get(loss, 11)
    assert float(loss(z, z)) == pytest.approx(math.log(expected), abs=1e-5)
    z = torch.eye(4)
    assert loss(z, z) < loss(z, z.flip(0))
    assert loss(z, 9 * z).equal(loss(z, z))
    z1, z2 = views(5)
    order = torch.randperm(5)
    torch.testing.assert_close(loss(z1[order], z2[order]), loss(z1, z2))
    if loss is not graph_cl_loss:
        torch.testing.assert_close(loss(z1, z2), loss(z2, z1))


@parametrize_loss
def test_false_negatives_are_left_out(loss: Loss) -> None:
    z1, z2 = views(6)
    mask = torch.zeros(6, 6, dtype=torch.bool)
    torch.testing.assert_close(loss(z1, z2, is_false_negative=mask),
                               loss(z1, z2))
    mask[:3, 3:] = mask[3:, :3] = True  # two batches of their own
    both = (loss(z1[:3], z2[:3]) + loss(z1[3:], z2[3:])) / 2
    torch.testing.assert_close(loss(z1, z2, is_false_negative=mask), both)


@parametrize_loss
@pytest.mark.parametrize('dtype', [torch.half, torch.bfloat16])
@pytest.mark.parametrize('n', [1, 8])
def test_half_precision_at_low_temperature(loss: Loss, dtype: torch.dtype,
                                           n: int) -> None:
    z = views(n).to(dtype).requires_grad_()
    mask = torch.eye(n, dtype=torch.bool)
    mask[0] = True
    with torch.autocast('cpu', dtype=dtype):
        value = loss(z[0], z[1], 0.01, is_false_negative=mask)
    value.backward()
    assert value.isfinite() and z.grad is not None
    assert bool(z.grad.isfinite().all())
    # Opposed views and identical ones are the far ends.
    z = torch.eye(4)
    for other in [z, -z, z.flip(0)]:
        assert loss(z, other, 0.01).isfinite()


@pytest.mark.parametrize('module,function', [
    (NTXentLoss(0.3), nt_xent_loss), (GraphCLLoss(0.3), graph_cl_loss),
    (InfoNCELoss(0.3), info_nce_loss),
    (DCLLoss(0.3), dcl_loss), (HCLLoss(0.3), hcl_loss)])
def test_modules(module: Any, function: Loss) -> None:
    z1, z2 = views(4)
    mask = torch.eye(4, dtype=torch.bool).roll(1, 0)
    assert module(z1, z2).equal(function(z1, z2, 0.3))
    assert module(z1, z2, mask).equal(
        function(z1, z2, 0.3, is_false_negative=mask))


def test_bad_values() -> None:
    z = torch.ones(2, 3)
    with raises(ValueError, "'temperature' must be positive and finite "
                "(got 0)"):
        NTXentLoss(0)
    with raises(ValueError, "'tau_plus' must lie in [0, 1) (got 1)"):
        DCLLoss(tau_plus=1)
    with raises(ValueError, "'beta' must be finite and not negative "
                "(got -1)"):
        hcl_loss(z, z, beta=-1)
    with raises(ValueError, "'z1' and 'z2' must be matrices of the same "
                "shape, [batch_size, dim] (got [2, 3] and [3, 3])"):
        nt_xent_loss(z, torch.ones(3, 3))
    with raises(ValueError, "'is_false_negative' must be a mask of pairs, "
                "[2, 2] of torch.bool (got [2] of torch.bool)"):
        nt_xent_loss(z, z, is_false_negative=torch.tensor([True, False]))


@parametrize_loss
@pytest.mark.parametrize('dtype', [torch.float, torch.half])
def test_a_projection_of_zeros_pulls_at_nothing(loss: Loss,
                                                dtype: torch.dtype) -> None:
    z1, z2 = (z.to(dtype).requires_grad_() for z in views(6))
    with torch.no_grad():
        z1[0] = 0
    loss(z1, z2, 0.01).backward()
    assert z1.grad is not None
    assert not z1.grad[0].any() and bool(z1.grad.isfinite().all())
    assert 0 < float(z1.grad.abs().max()) < 1e3


@parametrize_loss
def test_an_empty_mini_batch(loss: Loss) -> None:
    with raises(ValueError, "'z1' and 'z2' must hold at least one instance "
                            "(got [0, 3])"):
        loss(torch.empty(0, 3), torch.empty(0, 3))


@parametrize_loss
def test_integers_are_no_projections(loss: Loss) -> None:
    z = torch.ones(4, 3)
    with raises(TypeError, "'z1' and 'z2' must hold floating-point numbers "
                           "(got torch.float32 and torch.int64)"):
        loss(z, z.long())
