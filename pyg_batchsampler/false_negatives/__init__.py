from .duplicates import Duplicates, duplicate_pairs
from .guard import Guard
from .labels import Labels
from .make_guard import make_guard
from .shared_neighbors import SharedNeighbors, neighborhoods
from .similar import Similar, similar_pairs

__all__ = [
    'Duplicates',
    'Guard',
    'Labels',
    'SharedNeighbors',
    'Similar',
    'duplicate_pairs',
    'make_guard',
    'neighborhoods',
    'similar_pairs',
]
