from .compare_samplers import compare_samplers
from .config import TrainingConfig
from .digits import Digits
from .evaluate import evaluate
from .load_dataset import load_dataset
from .train import embed_dataset, train

__all__ = [
    'Digits',
    'TrainingConfig',
    'compare_samplers',
    'embed_dataset',
    'evaluate',
    'load_dataset',
    'train',
]
