from .digits import Digits
from .load_dataset import labels_of, load_dataset

__all__ = ['Digits', 'labels_of', 'load_dataset']
