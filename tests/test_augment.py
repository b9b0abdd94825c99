import math
from functools import partial
from typing import Callable

import pytest
import torch
from torch import Tensor

from benchmarks.simclr.augment import (_hue_rotation, color_jitter,
                                       random_affine, random_crop)
from pyg_batchsampler.seed import make_generator

Augmentation = Callable[..., Tensor]
KINDS = [random_affine, random_crop, color_jitter]
IDENTITIES = [
    partial(random_affine, degrees=0, translate=0, scale=0, shear=0),
    partial(random_crop, scale=(1, 1), ratio=(1, 1), flip_prob=0),
    partial(color_jitter, strength=0, gray_prob=0),
    partial(color_jitter, prob=0, gray_prob=0),
]


def images(size: int = 6, height: int = 9, width: int = 7) -> Tensor:
    return torch.rand(size, 3, height, width, generator=make_generator(0))


@pytest.mark.parametrize('augment', KINDS)
def test_shape_and_range(augment: Augmentation) -> None:
    x = images()
    out = augment(x, generator=make_generator(1))
    assert out.shape == x.shape and out.dtype == x.dtype
    assert float(out.min()) >= 0 and float(out.max()) <= 1 + 1e-5
    assert not torch.allclose(out, x, atol=0.01)


@pytest.mark.parametrize('augment', KINDS)
def test_seeded(augment: Augmentation) -> None:
    x, state = images(), torch.get_rng_state()
    first, same, other = (augment(x, generator=make_generator(seed))
                          for seed in [3, 3, 4])
    assert torch.equal(first, same) and not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize('augment', KINDS)
def test_each_image_has_its_own_draw(augment: Augmentation) -> None:
    x = images(1).repeat(8, 1, 1, 1)
    out = augment(x, generator=make_generator(5))
    # Colours stay as they are with probability 0.2.
    assert len(out.flatten(1).unique(dim=0)) >= 5


@pytest.mark.parametrize('augment', IDENTITIES)
def test_nothing_changes_at_zero_strength(augment: Augmentation) -> None:
    x = images()
    assert torch.allclose(augment(x, generator=make_generator(0)), x,
                          atol=1e-5)


def test_mirrored() -> None:
    x = images()
    out = random_crop(x, (1, 1), (1, 1), flip_prob=1)
    assert torch.allclose(out, x.flip(3), atol=1e-5)


def test_crop_keeps_the_share_of_a_ramp() -> None:
    r"""Of a ramp from left to right, a crop of a quarter of the area keeps
    half of the range."""
    ramp = torch.linspace(0, 1, 65)[:-1].view(1, 1, 1, 64).expand(32, 1, 64,
                                                                  64)
    out = random_crop(ramp, (0.25, 0.25), (1, 1), generator=make_generator(0))
    spread = (out.amax(dim=3) - out.amin(dim=3))[:, 0, 32]
    assert torch.allclose(spread, torch.full_like(spread, 0.5), atol=0.03)


def test_hue_turns_about_gray() -> None:
    r"""A third of a turn takes red to green to blue, and gray stays."""
    turn = _hue_rotation(torch.tensor([2 * math.pi / 3]))[0]
    assert torch.allclose(turn @ turn @ turn, torch.eye(3), atol=1e-5)
    assert torch.allclose(turn @ torch.ones(3), torch.ones(3), atol=1e-5)
    assert torch.allclose(turn @ torch.eye(3)[0], torch.eye(3)[1], atol=1e-5)


def test_gray() -> None:
    out = color_jitter(images(), strength=0, gray_prob=1)
    assert torch.allclose(out[:, :1].expand_as(out), out, atol=1e-5)
