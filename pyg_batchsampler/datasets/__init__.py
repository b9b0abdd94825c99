from .digits import Digits
from .labels_of import labels_of
from .load_dataset import load_dataset
from .registry import register_dataset

__all__ = ['Digits', 'labels_of', 'load_dataset', 'register_dataset']
