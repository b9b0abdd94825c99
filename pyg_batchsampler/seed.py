r"""Random numbers as an argument: (seed, key, …) -> generator."""

from contextlib import contextmanager
from typing import Iterator, Optional

import numpy as np
import torch
from torch import Tensor


def derive_seed(seed: int, *keys: int) -> int:
    r"""Mixes a seed with keys, *e.g.*, an epoch, into a new seed that shares
    no pattern with its neighbors. Zeros at the end of the keys change
    nothing.

    Example:
        >>> derive_seed(0, 1) == derive_seed(0, 1) != derive_seed(0, 2)
        True
    """
    entropy = [seed % 2**64, *(key % 2**64 for key in keys)]
    state = np.random.SeedSequence(entropy).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))


def make_generator(seed: int, *keys: int) -> torch.Generator:
    r"""Returns a CPU generator that depends on :obj:`seed` and :obj:`keys`
    only.

    Example:
        >>> torch.randperm(4, generator=make_generator(0, 7)).sort().values
        tensor([0, 1, 2, 3])
    """
    return torch.Generator().manual_seed(derive_seed(seed, *keys))


def draw_seed(generator: Optional[torch.Generator]) -> int:
    r"""Draws a seed in :math:`[0, 2^{62})` from :obj:`generator`, or from
    PyTorch's global one."""
    device = 'cpu' if generator is None else generator.device
    return int(torch.randint(2**62, (1, ), generator=generator,
                             device=device))


@contextmanager
def global_seed_from(generator: Optional[torch.Generator],
                     like: Tensor) -> Iterator[None]:
    r"""Seeds PyTorch's global generators from :obj:`generator` for the ops
    that know no other source, and leaves the global state as it was.

    Does nothing without a generator.

    Args:
        generator (torch.Generator, optional): Source of randomness.
        like (torch.Tensor): A tensor on the device whose generator is seeded
            besides that of the CPU.
    """
    if generator is None:
        yield
        return
    with global_seed(draw_seed(generator), like.device):
        yield


@contextmanager
def global_seed(seed: int,
                device: Optional[torch.device] = None) -> Iterator[None]:
    r"""Seeds PyTorch's global generators of the CPU and of a device, no
    others, and leaves their state as it was.

    Args:
        seed (int): The seed.
        device (torch.device, optional): A device besides the CPU. (default:
            :obj:`None`)
    """
    is_cuda = device is not None and device.type == 'cuda'
    with torch.random.fork_rng([device] if is_cuda else []):
        torch.default_generator.manual_seed(seed)
        if is_cuda:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield
