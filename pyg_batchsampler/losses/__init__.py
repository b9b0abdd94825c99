from .nt_xent import NTXentLoss, nt_xent_loss

__all__ = ['NTXentLoss', 'nt_xent_loss']
