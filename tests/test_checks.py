from typing import Any

import pytest
import torch

from pyg_batchsampler.checks import (check_choice, check_device,
                                     check_embedding, check_integer,
                                     check_positive, check_probability)
from tests.helpers import raises


@pytest.mark.parametrize('value', [1.5, '3', None, True])
def test_integer_of_wrong_kind(value: Any) -> None:
    with raises(TypeError, f"'x' must be an integer (got {value!r})"):
        check_integer('x', value, low=0)


def test_integer() -> None:
    assert check_integer('x', torch.tensor(3), low=3) == 3
    with raises(ValueError, "'x' must be at least 1 (got 0)"):
        check_integer('x', 0, low=1)


@pytest.mark.parametrize('value', [1.0, -0.1, float('nan'), float('inf')])
def test_probability_out_of_range(value: float) -> None:
    with raises(ValueError, f"'p' must lie in [0, 1) (got {value})"):
        check_probability('p', value)


@pytest.mark.parametrize('value', [0, -1.0, float('nan'), float('inf')])
def test_positive_out_of_range(value: float) -> None:
    with raises(ValueError, f"'t' must be positive and finite (got {value})"):
        check_positive('t', value)


def test_number_of_wrong_kind() -> None:
    with raises(TypeError, "'p' must be a number (got '0.2')"):
        check_probability('p', '0.2')


def test_choice() -> None:
    assert check_choice('name', 'a', ['a', 'b']) == 'a'
    with raises(ValueError, "'name' must be one of 'a', 'b' (got 'c')"):
        check_choice('name', 'c', ['a', 'b'])


@pytest.mark.parametrize('value,error,message', [
    ([1.0], TypeError, "'embedding' must be a tensor (got list). Convert it, "
     "e.g., with torch.as_tensor"),
    (torch.ones(3, 2).long(), TypeError,
     "'embedding' must hold floating-point numbers (got torch.int64). Convert "
     "it with .float()"),
    (torch.ones(188), ValueError, "'embedding' must be two-dimensional, "
     "[num_instances, dim] (got [188])"),
    (torch.ones(0, 3), ValueError, "'embedding' must hold at least one "
     "instance and one dimension (got [0, 3])"),
    (torch.ones(4, 3), ValueError,
     "'embedding' must have one row per instance, 5 (got 4)"),
])
def test_bad_embedding(value: Any, error: type, message: str) -> None:
    with raises(error, message):
        check_embedding(value, num_instances=5)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
@pytest.mark.parametrize('dtype', [torch.half, torch.float, torch.double])
def test_non_finite_embedding(value: float, dtype: torch.dtype) -> None:
    x = torch.ones(20, 3, dtype=dtype)
    x[17, 1] = x[19, 0] = value
    with raises(ValueError, "'embedding' holds non-finite values, first in "
                "row 17. Check what made it for overflow or empty graphs"):
        check_embedding(x)


def test_large_finite_embedding() -> None:
    x = torch.full((100, 4), 1e308, dtype=torch.double)
    assert check_embedding(x) is not None


@pytest.mark.parametrize('value', ['', 'gpu', 'cuda:99', None, 'meta:x',
                                   'meta'])
def test_devices(value: Any) -> None:
    with pytest.raises(ValueError, match="'device' must be a device that is "
                       "there, e.g., 'cpu'"):
        check_device('device', value)
    assert check_device('device', 'cpu') == torch.device('cpu')
