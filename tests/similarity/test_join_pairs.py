import pytest
import torch

from pyg_batchsampler import join_pairs
from pyg_batchsampler.similarity.join_pairs import SIDES
from pyg_batchsampler.similarity.unit_rows import unit_rows
from tests.helpers import raises


def sides(dim: int = 4) -> torch.Tensor:
    return torch.randn(2, 5, dim, generator=torch.Generator().manual_seed(0))


def test_similarity_of_pairs() -> None:
    x, y = sides()
    s = torch.nn.functional.cosine_similarity
    xx, yy = s(x[:, None], x, dim=-1), s(y[:, None], y, dim=-1)
    xy = s(x[:, None], y, dim=-1)
    expected = {'x': xx, 'y': yy, 'both': (xx + yy) / 2,
                'mean': (xx + yy + xy + xy.t()) / 4}
    for side in SIDES:
        z = join_pairs(x, y, side=side)
        scale = 2 if side == 'both' else 1
        assert torch.allclose(z @ z.t() / scale, expected[side], atol=1e-6)


@pytest.mark.parametrize('side', SIDES)
def test_laws(side: str) -> None:
    x, y = sides()
    z = join_pairs(x, y, side)
    assert torch.allclose(join_pairs(3 * x, y.double(), side), z)
    perm = torch.tensor([3, 0, 4, 1, 2])
    assert torch.equal(join_pairs(x[perm], y[perm], side), z[perm])
    assert not join_pairs(x.requires_grad_(), y, side).requires_grad


def test_sides_of_their_own_dimension() -> None:
    x, y = sides()[0], sides(dim=3)[1]
    assert join_pairs(x, y).size() == (5, 7)
    assert torch.equal(join_pairs(x, y, 'y'), unit_rows(y))
    with raises(ValueError, "'x' and 'y' must be in one space, of one "
                "dimension, to be compared with each other (got 4 and 3). "
                "Use side='both'"):
        join_pairs(x, y, 'mean')


def test_messages() -> None:
    x, y = sides()
    with raises(ValueError, "'x' and 'y' must have one row per pair (got 5 "
                "and 4)"):
        join_pairs(x, y[:4])
    with raises(ValueError, "'side' must be one of 'both', 'mean', 'x', 'y' "
                "(got 'z')"):
        join_pairs(x, y, side='z')
    y[2, 1] = torch.nan
    with raises(ValueError, "'y' holds non-finite values, first in row 2. "
                "Check what made it for overflow or empty graphs"):
        join_pairs(x, y)
    with raises(TypeError, "'x' must be a tensor (got list). Convert it, "
                "e.g., with torch.as_tensor"):
        join_pairs([[1.0]], y)  # type: ignore[arg-type]
