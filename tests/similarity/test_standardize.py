from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler, normalize

from pyg_batchsampler.similarity import standardize as module
from pyg_batchsampler.similarity.standardize import Standardize
from pyg_batchsampler.similarity.unit_rows import UnitRows, unit_rows
from tests.helpers import make_generator

DTYPES = [torch.half, torch.bfloat16, torch.float, torch.double]


def random_rows(size: int = 90, dim: int = 6) -> torch.Tensor:
    x = torch.randn(size, dim, dtype=torch.double, generator=make_generator())
    return x * torch.arange(1, dim + 1) + 10


def scaled_by_sklearn(x: torch.Tensor) -> torch.Tensor:
    scaled = StandardScaler().fit_transform(x.double().numpy())
    return torch.from_numpy(scaled)


@pytest.mark.parametrize('dtype', DTYPES)
def test_equals_sklearn(dtype: torch.dtype,
                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'BLOCK_SIZE', 20)
    x = random_rows().to(dtype)
    scaled = scaled_by_sklearn(x)
    out = Standardize(x.requires_grad_())(x.detach())
    assert out.dtype == (dtype if dtype == torch.double else torch.float)
    torch.testing.assert_close(out, scaled.to(out.dtype))
    expected = torch.from_numpy(normalize(scaled.numpy())).float()
    for rows in [unit_rows(x, center=True), UnitRows(x, center=True)[:]]:
        assert rows.dtype == torch.float and not rows.requires_grad
        torch.testing.assert_close(rows, expected, rtol=1e-5, atol=1e-6)


def test_half_precision_is_read_where_it_is(tmp_path: Path) -> None:
    array = np.memmap(tmp_path / 'x', np.float16, 'w+', shape=(90, 6))
    array[:] = random_rows().numpy()
    embedding = torch.from_numpy(array)
    x = UnitRows(embedding, center=True)
    assert x._stored.data_ptr() == embedding.data_ptr()
    expected = unit_rows(embedding.double(), center=True)
    torch.testing.assert_close(x[:], expected, rtol=1e-5, atol=1e-6)
    index = torch.tensor([7, 3, 7])
    assert x[index].equal(x[:][index])
    assert torch.cat(list(x.blocks())).equal(x[:])


@pytest.mark.parametrize('dtype', DTYPES)
def test_without_variance_is_zero(dtype: torch.dtype) -> None:
    x = random_rows().to(dtype)
    expected = UnitRows(x, center=True)[:]
    more = torch.cat([x, torch.full_like(x, 0.1), torch.zeros_like(x)], dim=1)
    rows = UnitRows(more, center=True)[:]
    assert rows[:, 6:].count_nonzero() == 0
    torch.testing.assert_close(rows[:, :6], expected)
    assert UnitRows(x[:1], center=True)[:].count_nonzero() == 0
    # What differs by rounding errors only has no variance either.
    noisy = torch.full_like(x, 3)
    noisy[::2] *= 1 + torch.finfo(dtype).eps
    rows = UnitRows(torch.cat([x, noisy], dim=1), center=True)[:]
    assert rows[:, 6:].count_nonzero() == 0


def test_shifting_and_scaling_a_dimension_changes_nothing() -> None:
    x = random_rows()
    factor = torch.tensor([1e-200, 1e-30, 1.0, 3.0, 1e30, 1e200],
                          dtype=torch.double)
    expected = unit_rows(x, center=True)
    for other in [x * factor, x + 1e6 * torch.arange(6),
                  x * factor + factor, (x - 1e9) * 1e-300]:
        torch.testing.assert_close(unit_rows(other, center=True), expected,
                                   rtol=1e-4, atol=1e-5)
    assert not torch.allclose(unit_rows(x), expected, atol=0.1)


def test_range_of_numbers() -> None:
    x = torch.tensor([[-1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, -1.0]])
    expected = unit_rows(x)
    for dtype in DTYPES:
        info = torch.finfo(dtype)
        for value in [info.max, info.tiny]:
            rows = UnitRows(x.to(dtype) * value, center=True)[:]
            torch.testing.assert_close(rows, expected)


def test_outlying_first_row() -> None:
    x = random_rows(5000)
    x[0] = 1e6
    torch.testing.assert_close(Standardize(x)(x), scaled_by_sklearn(x))
