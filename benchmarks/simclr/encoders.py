r"""Small image encoders and the head of SimCLR."""

from typing import Callable, Dict, List, Tuple, Union

import torch
from torch import Tensor
from torch.nn import BatchNorm2d, Conv2d, GroupNorm, Linear, Module, Sequential

HIDDEN = 128  # channels of the head
Norm = Callable[[int], Module]
# Batch normalization sees the mini-batch; the others see one image.
NORMS: Dict[str, Norm] = {
    'batch': BatchNorm2d,
    'group': lambda channels: GroupNorm(8, channels),
    'layer': lambda channels: GroupNorm(1, channels),
    'instance': lambda channels: GroupNorm(channels, channels),
}


class ConvEncoder(Module):
    r"""Four convolutions with max-pooling between them, for images of
    :math:`28 \times 28`.

    Args:
        in_channels (int): Channels of the images.
        channels (int, optional): Channels of the first layer, doubled by each
            further one. (default: :obj:`8`)
        norm (str, optional): Normalization, one of :obj:`NORMS`.
            (default: :obj:`"batch"`)
    """
    def __init__(self, in_channels: int, channels: int = 8,
                 norm: str = 'batch'):
        super().__init__()
        layers: List[Module] = []
        size = in_channels
        for i in range(4):
            out = channels * 2**i
            layers.append(Conv2d(size, out, 3, padding=1, bias=False))
            if i < 3:  # before all else, which then costs a quarter
                layers.append(torch.nn.MaxPool2d(2))
            layers += [NORMS[norm](out), torch.nn.ReLU()]
            size = out
        self.layers = Sequential(*layers)
        self.out_channels = 9 * size  # 3 x 3 places

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x).flatten(1)


class ResNet(Module):
    r"""A residual network for small images, of blocks of two convolutions.

    Args:
        in_channels (int): Channels of the images.
        channels (int, optional): Channels of the first stage, doubled by each
            further one, which halves the image. (default: :obj:`16`)
        blocks (tuple, optional): Blocks of each stage; :obj:`(2, 2, 2, 2)`
            with 64 channels is the ResNet-18 of SimCLR on CIFAR-10.
            (default: :obj:`(1, 1, 1)`)
        norm (str, optional): Normalization, one of :obj:`NORMS`.
            (default: :obj:`"batch"`)
    """
    def __init__(self, in_channels: int, channels: int = 16,
                 blocks: Tuple[int, ...] = (1, 1, 1), norm: str = 'batch'):
        super().__init__()
        layers = [Conv2d(in_channels, channels, 3, padding=1, bias=False),
                  NORMS[norm](channels), torch.nn.ReLU()]
        size = channels
        for stage, depth in enumerate(blocks):
            for i in range(depth):
                out = channels * 2**stage
                stride = 2 if stage > 0 and i == 0 else 1
                layers.append(Block(size, out, stride, norm))
                size = out
        self.layers = Sequential(*layers)
        self.out_channels = size

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x).mean(dim=(2, 3))


class Block(Module):
    r"""Two convolutions beside a shortcut."""
    def __init__(self, in_channels: int, out_channels: int, stride: int,
                 norm: str):
        super().__init__()
        self.layers = Sequential(
            Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            NORMS[norm](out_channels), torch.nn.ReLU(),
            Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            NORMS[norm](out_channels))
        self.shortcut: Module = torch.nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = Sequential(
                Conv2d(in_channels, out_channels, 1, stride, bias=False),
                NORMS[norm](out_channels))

    def forward(self, x: Tensor) -> Tensor:
        return (self.layers(x) + self.shortcut(x)).relu()


class SimCLR(Module):
    r"""An encoder and the head whose projections the loss compares, from the
    `"A Simple Framework for Contrastive Learning of Visual Representations"
    <https://arxiv.org/abs/2002.05709>`_ paper."""
    def __init__(self, encoder: Union[ConvEncoder, ResNet],
                 out_channels: int = 64):
        super().__init__()
        self.encoder = encoder
        size = encoder.out_channels
        self.head = Sequential(Linear(size, HIDDEN), torch.nn.ReLU(),
                               Linear(HIDDEN, out_channels))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.encoder(x))

    def embed(self, x: Tensor) -> Tensor:
        r"""Returns the embeddings that are evaluated."""
        return self.encoder(x)
