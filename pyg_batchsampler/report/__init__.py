from .batch_report import BatchReport, Measure, report_batches
from .explain_batch import BatchExplanation, explain_batch
from .hardest_negative_similarity import hardest_negative_similarity
from .hardest_same_label_rate import hardest_same_label_rate
from .hardness import Hardness
from .in_batch_similarity import in_batch_similarity
from .same_label_rate import same_label_rate
from .spread import spread
from .uniform_same_label_rate import uniform_same_label_rate

__all__ = [
    'BatchExplanation',
    'BatchReport',
    'Hardness',
    'Measure',
    'explain_batch',
    'hardest_negative_similarity',
    'hardest_same_label_rate',
    'in_batch_similarity',
    'report_batches',
    'same_label_rate',
    'spread',
    'uniform_same_label_rate',
]
