from .build_proximity_graph import build_proximity_graph
from .join_pairs import join_pairs
from .measure_recall import measure_recall
from .proximity_graph import ProximityGraph
from .random_walk_with_restart import random_walk_with_restart

__all__ = [
    'ProximityGraph',
    'build_proximity_graph',
    'join_pairs',
    'measure_recall',
    'random_walk_with_restart',
]
