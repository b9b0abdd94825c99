r"""Hard mini-batches for contrastive learning on PyG."""

from .diagnosis import Diagnosis, diagnose
from .gather import BatchAssembler
from .graph import ProximityGraph, build_proximity_graph, measure_recall
from .loader import BatchSamplerLoader
from .report import (BatchExplanation, BatchReport, Hardness, explain_batch,
                     hardest_negative_similarity, hardest_same_label_rate,
                     in_batch_similarity, report_batches, same_label_rate,
                     spread, uniform_same_label_rate)
from .sampler import (KNN, Bandwidth, Chain, HardMPerClass, KMeans,
                      KNNBatchSampler, MPerClass, PartSameLabel, Partition,
                      Proximity, ProximityBatchSampler, Request, Strategy,
                      StrategyBatchSampler, Uniform, UniformBatchSampler,
                      decay_restart_prob, option, register_strategy)
from .similarity import join_pairs
from .walk import random_walk_with_restart

__version__ = '0.1.0'

__all__ = [
    'Bandwidth',
    'BatchAssembler',
    'BatchExplanation',
    'BatchReport',
    'BatchSamplerLoader',
    'Chain',
    'Diagnosis',
    'HardMPerClass',
    'Hardness',
    'KMeans',
    'KNN',
    'KNNBatchSampler',
    'MPerClass',
    'PartSameLabel',
    'Partition',
    'Proximity',
    'ProximityBatchSampler',
    'ProximityGraph',
    'Request',
    'Strategy',
    'StrategyBatchSampler',
    'Uniform',
    'UniformBatchSampler',
    'build_proximity_graph',
    'decay_restart_prob',
    'diagnose',
    'explain_batch',
    'hardest_negative_similarity',
    'hardest_same_label_rate',
    'in_batch_similarity',
    'join_pairs',
    'measure_recall',
    'option',
    'random_walk_with_restart',
    'register_strategy',
    'report_batches',
    'same_label_rate',
    'spread',
    'uniform_same_label_rate',
]
