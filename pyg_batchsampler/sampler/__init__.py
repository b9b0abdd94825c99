from .bandwidth import Bandwidth
from .chain import Chain
from .cursor import Cursor
from .kmeans import KMeans
from .knn import KNN, KNNBatchSampler
from .m_per_class import HardMPerClass, MPerClass
from .part_same_label import PartSameLabel
from .partition import Partition
from .proximity import Proximity, ProximityBatchSampler
from .registry import make_strategy, register_strategy, strategy_names
from .restart_schedule import decay_restart_prob
from .strategy import Request, Strategy, option
from .strategy_batch_sampler import StrategyBatchSampler
from .uniform import Uniform, UniformBatchSampler

__all__ = [
    'Bandwidth',
    'Chain',
    'Cursor',
    'HardMPerClass',
    'KMeans',
    'KNN',
    'KNNBatchSampler',
    'MPerClass',
    'PartSameLabel',
    'Partition',
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
