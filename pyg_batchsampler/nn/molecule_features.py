r"""Integer features of OGB's molecules as vectors."""

from types import ModuleType
from typing import Optional

import torch
from torch import Tensor

from pyg_batchsampler.import_ogb import import_ogb


def atom_encoder(channels: int) -> torch.nn.Module:
    r"""Returns OGB's ``AtomEncoder``, from :math:`[V, 9]` to
    :math:`[V, H]`.

    Example:
        >>> atom_encoder(8)(torch.zeros(2, 9).long()).size()
        torch.Size([2, 8])
    """
    encoder: torch.nn.Module = _mol_encoder().AtomEncoder(channels)
    return encoder


def bond_encoder(channels: int) -> torch.nn.Module:
    r"""Returns OGB's ``BondEncoder``, from :math:`[E, 3]` to
    :math:`[E, H]`.

    Example:
        >>> bond_encoder(8)(torch.zeros(2, 3).long()).size()
        torch.Size([2, 8])
    """
    encoder: torch.nn.Module = _mol_encoder().BondEncoder(channels)
    return encoder


def reset_encoder(encoder: torch.nn.Module) -> None:
    r"""Resets the tables of one of the above as OGB draws them."""
    for table in encoder.modules():
        if isinstance(table, torch.nn.Embedding):
            torch.nn.init.xavier_uniform_(table.weight)


def check_categories(name: str, value: Optional[Tensor], rows: str,
                     encoder: torch.nn.Module) -> Tensor:
    r"""Returns integer features if :obj:`encoder` has a table for each of
    their columns."""
    sizes = [table.num_embeddings for table in encoder.modules()
             if isinstance(table, torch.nn.Embedding)]
    num_columns = len(sizes)
    expectation = (f"'{name}' must hold OGB's integer features, "
                   f"[{rows}, {num_columns}] of torch.long")
    if value is None:
        raise ValueError(f'{expectation} (got None)')
    if (value.dtype != torch.long or value.dim() != 2
            or value.size(1) != num_columns):
        raise ValueError(f'{expectation} '
                         f'(got {list(value.shape)} of {value.dtype})')
    # Elsewhere the kernel reports it, and asking would wait for it.
    if not value.is_cuda:
        size = torch.tensor(sizes, device=value.device)
        bad = ((value < 0) | (value >= size)).nonzero()
        if bad.numel() > 0:
            row, column = bad[0].tolist()
            raise ValueError(
                f"'{name}' must lie in [0, {sizes[column]}) in column "
                f"{column} (got {int(value[row, column])})")
    return value


def _mol_encoder() -> ModuleType:
    return import_ogb('ogb.graphproppred.mol_encoder')
