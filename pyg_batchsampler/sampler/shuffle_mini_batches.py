import torch
from torch import Tensor


def shuffle_mini_batches(order: Tensor, batch_size: int,
                         generator: torch.Generator) -> Tensor:
    r"""Shuffles the mini-batches that an order of instances is cut into; one
    that is short stays the last.

    Args:
        order (torch.Tensor): The instances, :math:`[R]`.
        batch_size (int): Instances per mini-batch :math:`B`.
        generator (torch.Generator): Source of randomness.

    Example:
        >>> order = torch.tensor([0, 0, 1, 1, 2, 2, 3])
        >>> shuffle_mini_batches(order, 2, torch.Generator())[-1]
        tensor(3)
    """
    num_full = order.numel() // batch_size * batch_size
    full = order[:num_full].view(-1, batch_size)
    perm = torch.randperm(full.size(0), generator=generator)
    return torch.cat([full[perm].flatten(), order[num_full:]])
