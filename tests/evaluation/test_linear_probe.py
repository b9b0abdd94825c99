import torch

from pyg_batchsampler.evaluation import linear_probe
from tests.helpers import make_generator, raises, untouched_random_state


def test_separable_and_random() -> None:
    label = torch.arange(300) % 3
    x = torch.randn(300, 6, generator=make_generator())
    with untouched_random_state():
        chance = linear_probe(x, label)
        assert linear_probe(x, label) == chance
    assert 0.2 < chance < 0.47
    assert linear_probe(x + 9 * torch.eye(3, 6)[label], label) == 1.0


def test_scale_of_features_does_not_matter() -> None:
    label = torch.arange(60) % 2
    x = torch.randn(60, 3, generator=make_generator()) + label.view(-1, 1)
    scale = torch.tensor([1e-6, 1.0, 1e6])
    assert linear_probe(x, label) == linear_probe(x * scale, label)


def test_bad_values() -> None:
    with raises(ValueError, "'label' must hold one class per instance, 4 "
                "(got [3])"):
        linear_probe(torch.ones(4, 2), torch.tensor([0, 1, 0]))
    with raises(ValueError, "'label' must hold every class at least twice "
                "(got a class with 1 instance)"):
        linear_probe(torch.ones(3, 2), torch.tensor([0, 1, 0]))
