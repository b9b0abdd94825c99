from .cursor import Cursor
from .knn import KNN, KNNBatchSampler
from .proximity import Proximity, ProximityBatchSampler
from .registry import make_strategy, register_strategy, strategy_names
from .restart_schedule import decay_restart_prob
from .strategy import Request, Strategy, option
from .strategy_batch_sampler import StrategyBatchSampler
from .uniform import Uniform, UniformBatchSampler

__all__ = [
    'Cursor',
    'KNN',
    'KNNBatchSampler',
    'Proximity',
    'ProximityBatchSampler',
    'Request',
    'Strategy',
    'StrategyBatchSampler',
    'Uniform',
    'UniformBatchSampler',
    'decay_restart_prob',
    'make_strategy',
    'option',
    'register_strategy',
    'strategy_names',
]
