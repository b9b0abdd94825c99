from .batch_assembler import BatchAssembler
from .batch_sampler_loader import BatchSamplerLoader

__all__ = ['BatchAssembler', 'BatchSamplerLoader']
