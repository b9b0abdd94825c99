import pytest
import torch

from pyg_batchsampler.nn.prelu import PReLU
from tests.helpers import make_generator


@pytest.mark.parametrize('weight', [0.25, 0.0, 1.0, -0.5])
def test_equals_torch_and_its_gradients(weight: float) -> None:
    x = torch.randn(40, 7, generator=make_generator())
    x[0, 0] = 0.0
    grad = torch.randn(40, 7, generator=make_generator(1))
    found = []
    for act in [PReLU(), torch.nn.PReLU()]:
        torch.nn.init.constant_(act.weight, weight)
        own = x.clone().requires_grad_()
        out = act(own)
        out.backward(grad)
        found.append((out.detach(), own.grad, act.weight.grad))
    for ours, theirs in zip(*found):
        torch.testing.assert_close(ours, theirs)


def test_gradients_that_are_not_asked_for() -> None:
    act = PReLU()
    x = torch.tensor([-2.0, 3.0])
    act(x).sum().backward()
    assert act.weight.grad is not None and act.weight.grad.tolist() == [-2.0]
    act.weight.requires_grad_(False)
    x.requires_grad_()
    act(x).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [0.25, 1.0]


def test_gradient_in_bfloat16_is_that_of_the_rounded_numbers() -> None:
    x, grad = torch.randn(2, 5000, 3, generator=make_generator()).bfloat16()
    gradients = []
    for dtype in [torch.bfloat16, torch.float]:
        module = PReLU()
        module(x.to(dtype)).backward(grad.to(dtype))
        gradients.append(module.weight.grad)
    torch.testing.assert_close(*gradients)
