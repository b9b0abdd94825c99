from .compare_samplers import compare_samplers
from .evaluate import evaluate

__all__ = ['compare_samplers', 'evaluate']
