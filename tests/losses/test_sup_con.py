import math
from typing import List, Optional

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from pyg_batchsampler.losses import SupConLoss, nt_xent_loss, sup_con_loss
from tests.helpers import make_generator, raises


def views(n: int, dim: int = 5) -> Tensor:
    return torch.randn(2, n, dim, generator=make_generator())


def oracle(z1: Tensor, z2: Tensor, label: List[int], t: float,
           mask: Optional[Tensor] = None) -> float:
    r"""The formula, pair by pair."""
    n, total = z1.size(0), 0.0
    z = normalize(torch.cat([z1, z2]).double(), dim=1)
    for i in range(2 * n):
        def is_positive(j: int, i: int = i) -> bool:
            return i % n == j % n or (
                label[i % n] == label[j % n] and label[i % n] >= 0)

        others = [j for j in range(2 * n) if j != i]
        seen = [j for j in others if is_positive(j) or mask is None
                or not mask[i % n, j % n]]
        group = math.log(sum(math.exp(float(z[i] @ z[j]) / t) for j in seen))
        positives = [j for j in others if is_positive(j)]
        total += sum(group - float(z[i] @ z[j]) / t
                     for j in positives) / len(positives)
    return total / (2 * n)


@pytest.mark.parametrize('label', [
    [0], [0, 0, 0], [0, 1, 0, 2, 1, 0], [3, -1, -1, 3, -1, 0]])
@pytest.mark.parametrize('t', [0.1, 1.0])
def test_equals_the_formula(label: List[int], t: float) -> None:
    z1, z2 = views(len(label))
    given = torch.tensor(label)
    assert float(sup_con_loss(z1, z2, given, t)) == pytest.approx(
        oracle(z1, z2, label, t), abs=1e-5)
    mask = torch.rand(len(label), len(label),
                      generator=make_generator(1)) < 0.5
    assert float(sup_con_loss(z1, z2, given, t, is_false_negative=mask)) == (
        pytest.approx(oracle(z1, z2, label, t, mask), abs=1e-5))


def test_every_instance_a_class_of_its_own() -> None:
    z1, z2 = views(7)
    expected = nt_xent_loss(z1, z2, 0.3)
    for label in [torch.arange(7), torch.full((7, ), -1)]:
        torch.testing.assert_close(sup_con_loss(z1, z2, label, 0.3), expected)
        assert SupConLoss(0.3)(z1, z2, label).equal(
            sup_con_loss(z1, z2, label, 0.3))


def test_order_and_gradient() -> None:
    z1, z2 = views(6)
    label = torch.tensor([0, 0, 1, 1, 2, 2])
    order = torch.randperm(6, generator=make_generator())
    torch.testing.assert_close(
        sup_con_loss(z1[order], z2[order], label[order]),
        sup_con_loss(z1, z2, label))
    z = views(6).half().requires_grad_()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        sup_con_loss(z[0], z[1], label, 0.01).backward()
    assert z.grad is not None and bool(z.grad.isfinite().all())


def test_bad_labels() -> None:
    z = torch.ones(2, 3)
    with raises(ValueError, "'label' must hold one class per instance, "
                'integers of the shape [2] (got [3] of torch.int64)'):
        sup_con_loss(z, z, torch.arange(3))
    with raises(ValueError, "'label' must hold one class per instance, "
                'integers of the shape [2] (got [2] of torch.float32)'):
        sup_con_loss(z, z, torch.ones(2))
