from .augmentation import Augmentation
from .edge_perturbation import EdgePerturbation
from .feature_masking import FeatureMasking
from .node_dropping import NodeDropping
from .ppr_diffusion import PPRDiffusion
from .random_choice import RandomChoice
from .random_walk_subgraph import RandomWalkSubgraph

__all__ = [
    'Augmentation', 'EdgePerturbation', 'FeatureMasking', 'NodeDropping',
    'PPRDiffusion', 'RandomChoice', 'RandomWalkSubgraph'
]
