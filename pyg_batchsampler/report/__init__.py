from .in_batch_similarity import in_batch_similarity
from .same_label_rate import same_label_rate
from .uniform_same_label_rate import uniform_same_label_rate

__all__ = [
    'in_batch_similarity',
    'same_label_rate',
    'uniform_same_label_rate',
]
