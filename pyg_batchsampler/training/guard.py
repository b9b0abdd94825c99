r"""The guards against false negatives that training offers."""

from typing import Optional

from torch import Tensor
from torch_geometric.data import Data

from pyg_batchsampler.graph import build_proximity_graph
from pyg_batchsampler.losses import (duplicate_pairs, neighborhoods,
                                     similar_pairs)
from pyg_batchsampler.training.config import TrainingConfig

NUM_SHARED_NEIGHBORS = 20  # that are looked at


def evidence_of(config: TrainingConfig, recorded: Optional[Tensor],
               untrained: Optional[Tensor]) -> Optional[Tensor]:
    r"""Returns what is known of instances at the beginning of an epoch that
    tells false negatives, one row for each."""
    if config.false_negatives == 'similar':
        return None if recorded is None else recorded.clone()
    if config.false_negatives == 'duplicates':
        return untrained
    if config.false_negatives == 'shared_neighbors' and recorded is not None:
        size = recorded.size(0)
        graph = build_proximity_graph(
            recorded, num_candidates=size - 1,
            num_neighbors=min(NUM_SHARED_NEIGHBORS, size - 1))
        neighbor = graph.col.view(size, -1)
        # What was not recorded yet has none but itself.
        unknown = (recorded == 0).all(dim=1).nonzero()
        neighbor[unknown.view(-1)] = unknown.to(neighbor.dtype)
        return neighbor
    return None


def false_negatives(batch: Data, config: TrainingConfig,
                    known: Optional[Tensor]) -> Optional[Tensor]:
    r"""Marks pairs of a mini-batch that are left out of the loss."""
    index, ratio = batch.input_id, config.similar_ratio
    if config.false_negatives == 'labels':
        label = batch.y.view(index.numel(), -1)
        return (label[:, None] == label[None]).all(dim=-1)
    if known is None:
        return None
    if config.false_negatives == 'duplicates':
        return duplicate_pairs(known[index])
    if config.false_negatives == 'shared_neighbors':
        return similar_pairs(neighborhoods(known, index), ratio)
    return similar_pairs(known[index], ratio)
