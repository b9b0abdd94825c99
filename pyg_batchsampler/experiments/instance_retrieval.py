from typing import Tuple

import torch
from torch import Tensor
from torch_geometric.data import Batch, InMemoryDataset
from torch_geometric.nn import global_mean_pool

from pyg_batchsampler.nn import MVGRL, DualEncoder
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.training import (TrainingConfig, embed_dataset,
                                       split_held_out)
from pyg_batchsampler.training.make_model import Model
from pyg_batchsampler.training.streams import COPIES
from pyg_batchsampler.training.views import make_views

MAX_ROWS = 1000  # that are compared with all others at once


def instance_retrieval(model: Model, dataset: InMemoryDataset,
                       config: TrainingConfig, seed: int = 0) -> float:
    r"""Returns how often a graph that was held out is found by an augmented
    copy of it (R@1): by frozen embeddings, the graph most similar to the
    copy, of all that were held out, is the one it was made of.

    MVGRL makes no copies: there, the first view of a graph is found by the
    second one, by what the loss compares, projections of both, or with JSD
    those of the graph and of its nodes, whose mean is taken. A dual encoder
    finds a graph by its description, by projections of both.

    It takes no labels, and every other graph is a true negative. Of graphs
    that are exactly alike one is found.

    Args:
        model (DualEncoder, GraphCL or MVGRL): The model.
        dataset (InMemoryDataset): All graphs.
        config (TrainingConfig): Settings: which graphs are held out, and how
            copies are made.
        seed (int, optional): That of the run. (default: :obj:`0`)

    Returns:
        A share in :math:`[0, 1]`; :math:`1 / N` if embeddings are all the
        same.

    Raises:
        ValueError: If fewer than two graphs are held out.

    Example:
        >>> from pyg_batchsampler.datasets import load_dataset
        >>> from pyg_batchsampler.training import train
        >>> dataset = load_dataset('digits')[:200]
        >>> config = TrainingConfig(held_out=0.2, epochs=1)
        >>> model = train(dataset, 'uniform', config).model
        >>> 0 < instance_retrieval(model, dataset, config) <= 1
        True
    """
    index = split_held_out(len(dataset), config, seed)[1]
    if index.numel() < 2:
        raise ValueError("'held_out' must leave two graphs or more to be "
                         f"found (got {config.held_out} of {len(dataset)}). "
                         "Raise it, e.g., to 0.2, and train with it")
    rows = embed_dataset(_BothViews(model, config, seed), dataset[index])
    view1, view2 = rows.chunk(2, dim=1)
    found = torch.cat([(some @ view1.t()).argmax(dim=1)
                       for some in view2.split(MAX_ROWS)])
    return float((found == torch.arange(index.numel())).float().mean())


class _BothViews(torch.nn.Module):
    r"""Embeds graphs and their copies."""
    def __init__(self, model: Model, config: TrainingConfig, seed: int):
        super().__init__()
        self.model, self.loss = model, config.loss
        self.views = make_views(
            config.augmentations, config.augmentation_ratio,
            config.subgraph_ratio, 1, make_generator(seed, COPIES))

    def forward(self, data: Batch) -> Tuple[Tensor, Tensor]:
        if isinstance(self.model, DualEncoder):
            return self.model(data)
        if isinstance(self.model, MVGRL):
            out = self.model(data)
            return out.graph1, out.graph2 if self.loss != 'jsd' else (
                global_mean_pool(out.node2, data.batch, data.num_graphs))
        graph, copy = self.views(data)
        return self.model.embed(graph), self.model.embed(copy)
