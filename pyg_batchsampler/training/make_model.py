from typing import Union

from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.nn import MVGRL, GINEncoder, GraphCL
from pyg_batchsampler.seed import global_seed
from pyg_batchsampler.training.config import TrainingConfig

Model = Union[GraphCL, MVGRL]


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
