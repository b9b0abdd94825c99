from pyg_batchsampler.datasets import Digits as Digits
from pyg_batchsampler.datasets import load_dataset as load_dataset

from .config import TrainingConfig
from .train import embed_dataset, train

__all__ = ['TrainingConfig', 'embed_dataset', 'train']
