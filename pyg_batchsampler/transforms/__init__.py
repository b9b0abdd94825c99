from .feature_masking import FeatureMasking
from .node_dropping import NodeDropping
from .random_choice import RandomChoice

__all__ = ['FeatureMasking', 'NodeDropping', 'RandomChoice']
