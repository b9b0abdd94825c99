from .base import BaseBatchSampler
from .knn import KNNBatchSampler
from .proximity import ProximityBatchSampler
from .restart_schedule import decay_restart_prob
from .uniform import UniformBatchSampler

__all__ = [
    'BaseBatchSampler',
    'KNNBatchSampler',
    'ProximityBatchSampler',
    'UniformBatchSampler',
    'decay_restart_prob',
]
