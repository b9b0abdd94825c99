from .compare_samplers import compare_samplers
from .comparison import Comparison
from .evaluate import evaluate
from .experiment import Experiment, load_experiment
from .instance_retrieval import instance_retrieval
from .train_and_save import SavedRun, train_and_save

__all__ = [
    'Comparison',
    'Experiment',
    'SavedRun',
    'compare_samplers',
    'evaluate',
    'instance_retrieval',
    'load_experiment',
    'train_and_save',
]
