from .random_walk_with_restart import random_walk_with_restart

__all__ = ['random_walk_with_restart']
