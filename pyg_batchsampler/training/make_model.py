from typing import Union

from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.nn import MVGRL, DualEncoder, GINEncoder, GraphCL
from pyg_batchsampler.seed import global_seed
from pyg_batchsampler.training.config import TrainingConfig

Model = Union[DualEncoder, GraphCL, MVGRL]


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
        encoder = GINEncoder(
            None if is_molecule else data.num_node_features,
            config.hidden_channels, config.num_layers, config.norm)
        if config.model == 'dual_encoder':
            if 'description' not in data:
                raise ValueError(
                    "'model' must not be 'dual_encoder' for graphs without "
                    f"'description' (got {sorted(data.keys())}). Use, e.g., "
                    "'chebi20', or 'graph_cl'")
            return DualEncoder(encoder, data.description.size(-1)).to(
                config.device)
        return GraphCL(encoder).to(config.device)
