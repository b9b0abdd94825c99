import math

import torch
from torch.optim.swa_utils import update_bn
from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.gather.batch_assembler import items_of
from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.make_model import Model
from pyg_batchsampler.training.streams import STATISTICS


def set_norm_statistics(model: Model, dataset: InMemoryDataset,
                        config: TrainingConfig, seed: int = 0) -> None:
    r"""Replaces running averages of batch normalization by averages over
    uniform mini-batches of the data set, if these are asked for: PreciseBN,
    of the `"Rethinking 'Batch' in BatchNorm"
    <https://arxiv.org/abs/2105.07576>`_ paper.

    The graphs of a hard mini-batch are alike: their variance, which running
    averages follow, is smaller than that of the data set, and graphs unlike
    the others come out far too large.

    Args:
        model (GraphCL or MVGRL): The model, changed in place.
        dataset (InMemoryDataset): The graphs.
        config (TrainingConfig): Settings. Nothing happens unless their
            :obj:`norm_statistics` is :obj:`"precise"`.
        seed (int, optional): Decides on the mini-batches. (default:
            :obj:`0`)
    """
    if config.norm_statistics == 'precise':
        items, collate_fn = items_of(dataset, Collater(dataset))
        order = torch.randperm(len(dataset), generator=make_generator(
            seed, STATISTICS))
        # Each counts as much as the others: none may be much smaller.
        batches = order.tensor_split(math.ceil(len(order) / config.batch_size))
        update_bn((collate_fn([items[i] for i in batch.tolist()])
                   for batch in batches), model, torch.device(config.device))
