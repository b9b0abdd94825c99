from pathlib import Path

import numpy as np
import pytest
import torch

from pyg_batchsampler.similarity.standardize import BLOCK_SIZE
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows
from tests.helpers import make_generator


def test_half_precision_is_read_where_it_is(tmp_path: Path) -> None:
    array = np.memmap(tmp_path / 'x', np.float16, 'w+', shape=(60, 5))
    array[:] = np.random.RandomState(0).randn(60, 5)
    embedding = torch.from_numpy(array)
    x, expected = UnitRows(embedding), unit_rows(embedding)
    assert x._stored.data_ptr() == embedding.data_ptr()
    torch.testing.assert_close(x[:], expected)
    torch.testing.assert_close(x[10:20], expected[10:20])
    index = torch.tensor([7, 3, 7])
    for some in [index, index.int()]:
        torch.testing.assert_close(x[some], expected[index])


def test_zeros_and_range() -> None:
    embedding = torch.tensor([[0.0, 0.0], [6e4, 6e4], [6e-8, 0.0]]).half()
    expected = torch.tensor([[0.0, 0.0], [0.5**0.5, 0.5**0.5], [1.0, 0.0]])
    torch.testing.assert_close(UnitRows(embedding)[:], expected)
    wide = torch.tensor([[1e-200, 0.0], [1e200, 1e200], [0.0, 0.0]],
                        dtype=torch.double)
    torch.testing.assert_close(UnitRows(wide)[:], expected[[2, 1, 0]])


def test_blocks_are_all_rows() -> None:
    embedding = torch.randn(2 * BLOCK_SIZE + 3, 2, generator=make_generator())
    for stored in [embedding, embedding.half()]:
        x = UnitRows(stored)
        assert torch.cat(list(x.blocks())).equal(x[:])


@pytest.mark.parametrize('dtype', [torch.half, torch.bfloat16])
def test_computed_in_single_precision(dtype: torch.dtype) -> None:
    embedding = torch.randn(20, 6, generator=make_generator()).to(dtype)
    assert unit_rows(embedding).equal(unit_rows(embedding.float()))
    torch.testing.assert_close(UnitRows(embedding)[:],
                               unit_rows(embedding.float()))


@pytest.mark.parametrize('dtype', [torch.half, torch.float, torch.double])
def test_is_the_direction_in_any_order_of_blocks(dtype: torch.dtype) -> None:
    embedding = torch.randn(2 * BLOCK_SIZE + 3, 5, dtype=torch.double,
                            generator=make_generator()).to(dtype)
    x = unit_rows(embedding.requires_grad_())
    assert x.dtype == torch.float and not x.requires_grad
    expected = torch.nn.functional.normalize(embedding.detach().double())
    torch.testing.assert_close(x, expected.float())
    assert unit_rows(embedding.flip(0)).equal(x.flip(0))
