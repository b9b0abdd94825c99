from .join_pairs import join_pairs
from .unit_rows import UnitRows

__all__ = ['UnitRows', 'join_pairs']
