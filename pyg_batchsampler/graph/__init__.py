from .build_proximity_graph import build_proximity_graph
from .measure_recall import measure_recall
from .proximity_graph import ProximityGraph

__all__ = ['ProximityGraph', 'build_proximity_graph', 'measure_recall']
