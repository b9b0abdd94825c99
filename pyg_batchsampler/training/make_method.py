r"""What :meth:`fit` trains of every model: views, model and loss put
together."""

from typing import Optional, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Data

from pyg_batchsampler.losses import JSDLoss
from pyg_batchsampler.nn import MVGRL, DualEncoder
from pyg_batchsampler.training.choices import PAIR_LOSSES
from pyg_batchsampler.training.config import TrainingConfig
from pyg_batchsampler.training.make_model import Model
from pyg_batchsampler.training.method import Method, Views
from pyg_batchsampler.training.views import make_views


def make_method(model: Model, config: TrainingConfig,
                generator: torch.Generator) -> Method:
    r"""Returns the method that the settings ask for.

    Args:
        model (DualEncoder, GraphCL or MVGRL): The model.
        config (TrainingConfig): Settings of views and loss.
        generator (torch.Generator): Source of randomness of the views.
    """
    if isinstance(model, MVGRL):
        jsd = JSDLoss()

        def compare_nodes(data: Data,
                          mask: Optional[Tensor]) -> Tuple[Tensor, Views]:
            data = data.to(config.device)
            out = model(data)
            loss = jsd(*out, data.batch, mask) if config.loss == 'jsd' else (
                _pair_loss(out.graph1, out.graph2, config, mask))
            return loss, (out.graph1, out.graph2)

        return compare_nodes

    if isinstance(model, DualEncoder):

        def compare_sides(data: Data,
                          mask: Optional[Tensor]) -> Tuple[Tensor, Views]:
            z1, z2 = model(data.to(config.device))
            return _pair_loss(z1, z2, config, mask), (z1, z2)

        return compare_sides

    views = make_views(config.augmentations, config.augmentation_ratio,
                       config.subgraph_ratio, config.augmented_views,
                       generator)

    def compare_graphs(data: Data,
                       mask: Optional[Tensor]) -> Tuple[Tensor, Views]:
        z1, z2 = map(model, views(data.to(config.device)))
        return _pair_loss(z1, z2, config, mask), (z1, z2)

    return compare_graphs


def _pair_loss(z1: Tensor, z2: Tensor, config: TrainingConfig,
               mask: Optional[Tensor]) -> Tensor:
    loss, names = PAIR_LOSSES[str(config.loss)]
    settings = {name: getattr(config, name) for name in names}
    return loss(z1, z2, is_false_negative=mask, **settings)
