r"""What a training step minimises: model, views and loss put together."""

from typing import Callable, NamedTuple, Optional, Union

import torch
import torch.nn.functional as F
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

from pyg_batchsampler.losses import JSDLoss
from pyg_batchsampler.nn import MVGRL, GINEncoder, GraphCL
from pyg_batchsampler.seed import global_seed
from pyg_batchsampler.training.config import PAIR_LOSSES, TrainingConfig
from pyg_batchsampler.training.views import make_views

Model = Union[GraphCL, MVGRL]


class Objective(NamedTuple):
    r"""A loss, and what the sampler is told of both views.

    Args:
        loss (torch.Tensor): What to minimise.
        embedding (torch.Tensor): The normalised projections of both views,
            detached, :math:`[B, 2 P]`.
    """
    loss: Tensor
    embedding: Tensor


def make_model(dataset: InMemoryDataset, config: TrainingConfig,
               seed: int) -> Model:
    r"""Makes a model for the features of a data set, on the device of the
    settings; the same weights for the same seed."""
    data = dataset[0]
    with global_seed(seed):
        assert config.hidden_channels is not None
        assert config.num_layers is not None
        if config.model == 'mvgrl':
            return MVGRL(data.num_node_features, config.hidden_channels,
                         config.num_layers).to(config.device)
        is_molecule = not data.x.is_floating_point()
        return GraphCL(GINEncoder(
            None if is_molecule else data.num_node_features,
            config.hidden_channels, config.num_layers, config.norm)).to(
                config.device)


def make_objective(
    model: Model,
    config: TrainingConfig,
    generator: torch.Generator,
) -> Callable[[Data, Optional[Tensor]], Objective]:
    r"""Returns a function of a mini-batch and a mask of pairs that are no
    negatives, :math:`[B, B]` *(optional)*."""
    if isinstance(model, MVGRL):
        jsd = JSDLoss()

        def compare_nodes(data: Data, mask: Optional[Tensor]) -> Objective:
            out = model(data)
            loss = jsd(*out, data.batch, mask) if config.loss == 'jsd' else (
                _pair_loss(out.graph1, out.graph2, config, mask))
            return Objective(loss, _record(out.graph1, out.graph2))

        return compare_nodes

    views = make_views(config.augmentations, config.augmentation_ratio,
                       config.subgraph_ratio, config.augmented_views,
                       generator)

    def compare_graphs(data: Data, mask: Optional[Tensor]) -> Objective:
        z1, z2 = map(model, views(data))
        return Objective(_pair_loss(z1, z2, config, mask), _record(z1, z2))

    return compare_graphs


def _pair_loss(z1: Tensor, z2: Tensor, config: TrainingConfig,
               mask: Optional[Tensor]) -> Tensor:
    loss, names = PAIR_LOSSES[str(config.loss)]
    settings = {name: getattr(config, name) for name in names}
    return loss(z1, z2, is_false_negative=mask, **settings)


def _record(z1: Tensor, z2: Tensor) -> Tensor:
    return torch.cat([F.normalize(z1.detach(), dim=-1),
                      F.normalize(z2.detach(), dim=-1)], dim=-1)
