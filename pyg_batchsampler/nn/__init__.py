from .batch_renorm import BatchRenorm
from .dual_encoder import DualEncoder
from .gcn_encoder import GCNEncoder
from .gin_encoder import GINEncoder
from .graph_cl import GraphCL
from .mvgrl import MVGRL, MVGRLOutput
from .projection_head import ProjectionHead

__all__ = [
    'BatchRenorm',
    'DualEncoder',
    'GCNEncoder',
    'GINEncoder',
    'GraphCL',
    'MVGRL',
    'MVGRLOutput',
    'ProjectionHead',
]
