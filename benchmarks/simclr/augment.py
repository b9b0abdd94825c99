r"""Augmentations of whole mini-batches of images :math:`[B, C, H, W]` with
values in :math:`[0, 1]`, each image with its own draw, on their device.

They are made of PyTorch's own operations, and their randomness is a generator
on the CPU, so that devices draw alike.
"""

import math
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.checks import check_non_negative

GRAY = (0.299, 0.587, 0.114)  # luma of red, green and blue


def random_affine(
    images: Tensor,
    degrees: float = 15.0,
    translate: float = 0.1,
    scale: float = 0.2,
    shear: float = 0.3,
    generator: Optional[torch.Generator] = None,
) -> Tensor:
    r"""Turns, moves, scales and shears images about their centre; what comes
    in from outside is zero.

    Args:
        images (torch.Tensor): Images :math:`[B, C, H, W]`.
        degrees (float, optional): Largest angle. (default: :obj:`15.0`)
        translate (float, optional): Largest move, as a share of the size.
            (default: :obj:`0.1`)
        scale (float, optional): Largest change of size, as a share.
            (default: :obj:`0.2`)
        shear (float, optional): Largest shear. (default: :obj:`0.3`)
        generator (torch.Generator, optional): Source of randomness.
            (default: :obj:`None`)

    Example:
        >>> images = torch.rand(2, 1, 8, 8)
        >>> torch.equal(random_affine(images, 0, 0, 0, 0).round(decimals=4),
        ...             images.round(decimals=4))
        True
    """
    size = images.size(0)
    angle = _uniform(size, math.radians(degrees), generator)
    lean = _uniform(size, shear, generator)
    zoom = 1 + _uniform(size, scale, generator)
    shift = 2 * torch.stack([_uniform(size, translate, generator)
                             for _ in range(2)], dim=1)
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
    slant = torch.eye(2).repeat(size, 1, 1)
    slant[:, 0, 1] = lean
    matrix = turn @ slant / zoom.view(-1, 1, 1)
    return _resample(images, torch.cat([matrix, shift[..., None]], dim=2))


def random_crop(
    images: Tensor,
    scale: Tuple[float, float] = (0.2, 1.0),
    ratio: Tuple[float, float] = (3 / 4, 4 / 3),
    flip_prob: float = 0.5,
    generator: Optional[torch.Generator] = None,
) -> Tensor:
    r"""Cuts out a part of each image, stretches it to the whole, and mirrors
    some.

    Args:
        images (torch.Tensor): Images :math:`[B, C, H, W]`.
        scale (tuple, optional): Range of the area that is kept, as a share.
            (default: :obj:`(0.2, 1.0)`)
        ratio (tuple, optional): Range of width to height, drawn on a
            logarithmic scale. (default: :obj:`(3 / 4, 4 / 3)`)
        flip_prob (float, optional): Probability of being mirrored.
            (default: :obj:`0.5`)
        generator (torch.Generator, optional): Source of randomness.
            (default: :obj:`None`)

    Example:
        >>> images = torch.rand(2, 3, 8, 8)
        >>> same = random_crop(images, (1, 1), (1, 1), flip_prob=0)
        >>> torch.equal(same.round(decimals=4), images.round(decimals=4))
        True
    """
    size = images.size(0)
    u = torch.rand(5, size, generator=generator)
    area = scale[0] + (scale[1] - scale[0]) * u[0]
    low, high = math.log(ratio[0]), math.log(ratio[1])
    aspect = (low + (high - low) * u[1]).exp()
    width = (area * aspect).sqrt().clamp(max=1)
    height = (area / aspect).sqrt().clamp(max=1)
    mirrored = 1 - 2 * (u[4] < flip_prob).float()
    theta = torch.zeros(size, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = width * mirrored, height
    theta[:, 0, 2] = (2 * u[2] - 1) * (1 - width)
    theta[:, 1, 2] = (2 * u[3] - 1) * (1 - height)
    return _resample(images, theta)


def color_jitter(
    images: Tensor,
    strength: float = 0.5,
    prob: float = 0.8,
    gray_prob: float = 0.2,
    generator: Optional[torch.Generator] = None,
) -> Tensor:
    r"""Changes brightness, contrast, saturation and hue of some images, and
    takes the colours of some.

    Hue is turned about the gray axis of the colour cube.

    Args:
        images (torch.Tensor): Images :math:`[B, 3, H, W]`.
        strength (float, optional): Strength :math:`s`: the first three change
            by factors in :math:`1 \pm 0.8 s`, hue by :math:`\pm 0.2 s` of a
            full turn. (default: :obj:`0.5`)
        prob (float, optional): Probability of a change.
            (default: :obj:`0.8`)
        gray_prob (float, optional): Probability of losing the colours.
            (default: :obj:`0.2`)
        generator (torch.Generator, optional): Source of randomness.
            (default: :obj:`None`)

    Example:
        >>> images = torch.rand(2, 3, 8, 8)
        >>> same = color_jitter(images, strength=0, gray_prob=0)
        >>> torch.allclose(same, images, atol=1e-5)
        True
    """
    check_non_negative('strength', strength)
    size, device = images.size(0), images.device
    u = torch.rand(6, size, generator=generator)
    change = (2 * u[:4] - 1) * (u[4] < prob)
    factor = (1 + 0.8 * strength * change[:3]).clamp(min=0)
    factor = factor.view(3, size, 1, 1, 1).to(device)
    gray = images.new_tensor(GRAY).view(1, 3, 1, 1)

    out = (images * factor[0]).clamp(0, 1)
    mean = (out * gray).sum(dim=1, keepdim=True).mean(dim=(2, 3),
                                                      keepdim=True)
    out = (mean + (out - mean) * factor[1]).clamp(0, 1)
    turn = _hue_rotation(2 * math.pi * 0.2 * strength * change[3]).to(device)
    out = torch.einsum('bij,bjhw->bihw', turn, out)
    luma = (out * gray).sum(dim=1, keepdim=True)
    is_gray = u[5] < gray_prob
    saturation = factor[2] * (~is_gray).view(-1, 1, 1, 1).to(device)
    return (luma + (out - luma) * saturation).clamp(0, 1)


def _uniform(size: int, bound: float,
             generator: Optional[torch.Generator]) -> Tensor:
    return bound * (2 * torch.rand(size, generator=generator) - 1)


def _resample(images: Tensor, theta: Tensor) -> Tensor:
    grid = F.affine_grid(theta.to(images.device), list(images.shape),
                         align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def _hue_rotation(angle: Tensor) -> Tensor:
    r"""Rotations about the gray axis, :math:`[B, 3, 3]`."""
    cos, sin = angle.cos().view(-1, 1, 1), angle.sin().view(-1, 1, 1)
    axis = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5
    return cos * torch.eye(3) + sin * axis + (1 - cos) / 3
