import numpy as np
import pytest
import torch

from pyg_batchsampler.gather.pieces import NoPieces, find_pieces, owners

SLICES = np.array([0, 2, 2, 5])


def test_find_pieces() -> None:
    start, ptr = find_pieces(SLICES, np.array([2, 0, 1, 2]), 5)
    assert start.tolist() == [2, 0, 2, 2]
    assert ptr.tolist() == [0, 3, 5, 5, 8]


@pytest.mark.parametrize('slices, index, size', [
    (SLICES, -1, 5),
    (SLICES, 3, 5),
    (SLICES, 2, 4),  # ends behind the tensor
    (np.array([0, 3, 2, 5]), 1, 5),
    (np.array([-1, 2, 2, 5]), 0, 5),
])
def test_no_such_piece(slices: np.ndarray, index: int, size: int) -> None:
    with pytest.raises(NoPieces):
        find_pieces(slices, np.array([0, index]), size)


def test_owners() -> None:
    size = torch.tensor([2, 0, 3])
    ptr = np.array([0, 2, 2, 5])
    assert owners(ptr).equal(torch.arange(3).repeat_interleave(size))
    assert owners(np.array([0])).numel() == 0
