from typing import Tuple

import torch
from torch import Tensor

from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.streams import HELD_OUT


def split_held_out(num_instances: int, config: TrainingConfig,
                   seed: int = 0) -> Tuple[Tensor, Tensor]:
    r"""Returns which graphs are trained on, and which are held out.

    Args:
        num_instances (int): Number of graphs :math:`N`.
        config (TrainingConfig): Settings, of which :obj:`held_out` counts.
        seed (int, optional): Decides which ones. (default: :obj:`0`)

    Returns:
        Both as indices, in ascending order.

    Example:
        >>> config = TrainingConfig(held_out=0.2)
        >>> split_held_out(10, config)
        (tensor([0, 3, 4, 5, 6, 7, 8, 9]), tensor([1, 2]))
    """
    perm = torch.randperm(num_instances,
                          generator=make_generator(seed, HELD_OUT))
    num_trained = config.num_trained(num_instances)
    return perm[:num_trained].sort().values, perm[num_trained:].sort().values
