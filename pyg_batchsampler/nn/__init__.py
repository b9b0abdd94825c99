from .gin_encoder import GINEncoder
from .graph_cl import GraphCL

__all__ = ['GINEncoder', 'GraphCL']
