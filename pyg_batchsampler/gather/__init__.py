from .batch_assembler import BatchAssembler

__all__ = ['BatchAssembler']
