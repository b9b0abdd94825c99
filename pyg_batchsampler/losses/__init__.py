from pyg_batchsampler.false_negatives import duplicate_pairs as duplicate_pairs
from pyg_batchsampler.false_negatives import neighborhoods as neighborhoods
from pyg_batchsampler.false_negatives import similar_pairs as similar_pairs

from .dcl import DCLLoss, dcl_loss
from .graph_cl import GraphCLLoss, graph_cl_loss
from .hcl import HCLLoss, hcl_loss
from .info_nce import InfoNCELoss, info_nce_loss
from .jsd import JSDLoss, jsd_loss
from .nt_xent import NTXentLoss, nt_xent_loss
from .sup_con import SupConLoss, sup_con_loss

__all__ = [
    'DCLLoss',
    'GraphCLLoss',
    'HCLLoss',
    'InfoNCELoss',
    'JSDLoss',
    'NTXentLoss',
    'SupConLoss',
    'dcl_loss',
    'graph_cl_loss',
    'hcl_loss',
    'info_nce_loss',
    'jsd_loss',
    'nt_xent_loss',
    'sup_con_loss',
]
