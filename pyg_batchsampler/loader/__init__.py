from .batch_sampler_loader import BatchSamplerLoader

__all__ = ['BatchSamplerLoader']
