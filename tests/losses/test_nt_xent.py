import math

import pytest
import torch

from pyg_batchsampler.losses import NTXentLoss, nt_xent_loss
from tests.helpers import make_generator, raises


def oracle(z1: torch.Tensor, z2: torch.Tensor, temperature: float) -> float:
    r"""The formula, pair by pair."""
    z = torch.nn.functional.normalize(torch.cat([z1, z2]).double(), dim=1)
    n, total = z1.size(0), 0.0
    for i in range(2 * n):
        score = [math.exp(float(z[i] @ z[j]) / temperature)
                 for j in range(2 * n)]
        total -= math.log(score[(i + n) % (2 * n)] / (sum(score) - score[i]))
    return total / (2 * n)


@pytest.mark.parametrize('n', [1, 2, 7])
@pytest.mark.parametrize('temperature', [0.2, 1.0])
def test_equals_the_formula(n: int, temperature: float) -> None:
    z1, z2 = torch.randn(2, n, 5, generator=make_generator())
    assert float(NTXentLoss(temperature)(z1, z2)) == pytest.approx(
        oracle(z1, z2, temperature), abs=1e-5)


def test_closed_form_and_order() -> None:
    z = torch.ones(6, 3)
    assert float(nt_xent_loss(z, z)) == pytest.approx(math.log(11))
    z = torch.eye(4)
    assert nt_xent_loss(z, z) < nt_xent_loss(z, z.flip(0))
    assert nt_xent_loss(z, 9 * z).equal(nt_xent_loss(z, z))
    z1, z2 = torch.randn(2, 5, 3, generator=make_generator())
    torch.testing.assert_close(nt_xent_loss(z1, z2), nt_xent_loss(z2, z1))


@pytest.mark.parametrize('dtype', [torch.half, torch.bfloat16])
def test_half_precision_at_low_temperature(dtype: torch.dtype) -> None:
    z = torch.randn(2, 8, 4, generator=make_generator()).to(dtype)
    z.requires_grad_()
    loss = nt_xent_loss(z[0], z[1], temperature=0.01)
    loss.backward()
    assert loss.isfinite() and z.grad is not None
    assert bool(z.grad.isfinite().all())


def test_bad_values() -> None:
    with raises(ValueError, "'temperature' must be positive and finite "
                "(got 0)"):
        NTXentLoss(0)
    with raises(ValueError, "'z1' and 'z2' must be matrices of the same "
                "shape, [batch_size, dim] (got [2, 3] and [3, 3])"):
        nt_xent_loss(torch.ones(2, 3), torch.ones(3, 3))
