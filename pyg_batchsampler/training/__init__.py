from pyg_batchsampler.datasets import Digits as Digits
from pyg_batchsampler.datasets import load_dataset as load_dataset

from .config import TrainingConfig
from .embed_dataset import embed_dataset
from .fit import fit
from .make_method import make_method
from .make_model import make_model
from .method import Method
from .norm_statistics import set_norm_statistics
from .progress import EpochResult, Progress, Step
from .split_held_out import split_held_out
from .train import TrainingResult, train

__all__ = [
    'EpochResult',
    'Method',
    'Progress',
    'Step',
    'TrainingConfig',
    'TrainingResult',
    'embed_dataset',
    'fit',
    'make_method',
    'make_model',
    'set_norm_statistics',
    'split_held_out',
    'train',
]
