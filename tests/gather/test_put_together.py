from typing import Any, Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from pyg_batchsampler.gather.pieces import NoPieces, Pieces, find_pieces
from pyg_batchsampler.gather.put_together import add_to_pieces, put_together
from tests.helpers import make_generator

SLICES = np.array([0, 3, 3, 4, 9])
PIECES: Pieces = find_pieces(SLICES, np.array([3, 0, 1, 3]), 9)


def concatenated(value: Tensor, dim: int) -> Tensor:
    return torch.cat([value.narrow(dim, 4, 5), value.narrow(dim, 0, 3),
                      value.narrow(dim, 4, 5)], dim)


@pytest.mark.parametrize('shape, dim', [
    ((9, ), 0),
    ((9, ), -1),
    ((9, 4), 0),
    ((9, 2, 3), 0),
    ((9, 0), 0),
    ((2, 9), -1),
    ((3, 2, 9), -1),
    ((0, 9), -1),
])
@pytest.mark.parametrize('dtype', [
    torch.float, torch.half, torch.bool, torch.uint8, torch.long,
    torch.complex64])
def test_equal_to_torch_cat(shape: Any, dim: int, dtype: torch.dtype) -> None:
    value = torch.randn(shape, generator=make_generator()).to(dtype)
    out = put_together(value, dim, PIECES)
    assert out.equal(concatenated(value, dim)) and out.is_contiguous()


@pytest.mark.parametrize('make, dim', [
    (lambda: torch.randn(9, 6)[:, 2:5], 0),
    (lambda: torch.randn(18, 2)[::2], 0),
    (lambda: torch.randn(9, 2).t(), -1),
    (lambda: torch.randn(9, 2)[:, 1], 0),
    (lambda: torch.randn(1).expand(9), 0),
])
def test_views(make: Callable[[], Tensor], dim: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        value = make()
    assert put_together(value, dim, PIECES).equal(concatenated(value, dim))


@pytest.mark.parametrize('value, dim', [
    (torch.ones(3, 9).t(), 0),
    (torch.ones(2, 9, 3).transpose(1, 2), -1),
])
def test_scattered_rows(value: Tensor, dim: int) -> None:
    with pytest.raises(NoPieces):
        put_together(value, dim, PIECES)


def test_many_bytes_are_copied_in_threads() -> None:
    value = torch.randn(9, 2**20, generator=make_generator())
    assert put_together(value, 0, PIECES).equal(concatenated(value, 0))


def test_add_to_pieces() -> None:
    out = torch.zeros(2, 13, dtype=torch.long)
    value = np.array([1, 20, 300, 4000])
    add_to_pieces(out, PIECES.ptr, value)
    expected = np.repeat(value, np.diff(PIECES.ptr))
    assert out.equal(torch.from_numpy(expected).expand(2, -1))
