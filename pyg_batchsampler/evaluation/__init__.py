from .linear_probe import linear_probe

__all__ = ['linear_probe']
