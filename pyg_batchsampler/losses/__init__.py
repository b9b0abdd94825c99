from .dcl import DCLLoss, dcl_loss
from .false_negatives import duplicate_pairs, similar_pairs
from .graph_cl import GraphCLLoss, graph_cl_loss
from .hcl import HCLLoss, hcl_loss
from .jsd import JSDLoss, jsd_loss
from .neighborhoods import neighborhoods
from .nt_xent import NTXentLoss, nt_xent_loss

__all__ = [
    'DCLLoss',
    'GraphCLLoss',
    'HCLLoss',
    'JSDLoss',
    'NTXentLoss',
    'dcl_loss',
    'duplicate_pairs',
    'graph_cl_loss',
    'hcl_loss',
    'jsd_loss',
    'neighborhoods',
    'nt_xent_loss',
    'similar_pairs',
]
