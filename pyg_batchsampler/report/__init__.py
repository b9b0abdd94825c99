from .batch_report import BatchReport, Measure, report_batches
from .in_batch_similarity import in_batch_similarity
from .same_label_rate import same_label_rate
from .uniform_same_label_rate import uniform_same_label_rate

__all__ = [
    'BatchReport',
    'Measure',
    'in_batch_similarity',
    'report_batches',
    'same_label_rate',
    'uniform_same_label_rate',
]
