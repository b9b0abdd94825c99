from .advise import Advice
from .diagnose import Diagnosis, diagnose
from .embedding_properties import EmbeddingProperties, embedding_properties
from .try_plan import TriedPlan, try_plan

__all__ = [
    'Advice',
    'Diagnosis',
    'EmbeddingProperties',
    'TriedPlan',
    'diagnose',
    'embedding_properties',
    'try_plan',
]
