from .compare_samplers import compare_samplers
from .config import TrainingConfig
from .digits import Digits
from .load_dataset import load_dataset
from .train_graph_cl import train_graph_cl

__all__ = [
    'Digits',
    'TrainingConfig',
    'compare_samplers',
    'load_dataset',
    'train_graph_cl',
]
