import numpy as np
import torch

from pyg_batchsampler import spread
from tests.helpers import make_generator


def test_oracle() -> None:
    x = torch.randn(50, 6, generator=make_generator())
    rows = (x / x.norm(dim=1, keepdim=True)).numpy()
    batch = [3, 9, 20, 41, 7]
    expected = (rows[batch].var(axis=0, ddof=1).sum() /
                rows.var(axis=0, ddof=1).sum())
    assert np.isclose(spread(x, [batch]).item(), expected, atol=1e-6)


def test_the_data_set_itself_and_one_place() -> None:
    x = torch.eye(3).repeat_interleave(4, dim=0)
    found = spread(x, [range(12), range(4), [0, 4, 8], [0], []])
    # Three orthogonal rows, each alone: 11 / 12 * 3 / 2 as large.
    expected = torch.tensor([1.0, 0.0, 11 / 12 * 3 / 2])
    assert torch.allclose(found[:3], expected)
    assert found[3:].isnan().all()
    assert spread(torch.ones(4, 2), [[0, 1]]).isnan().all()


def test_uniform_mini_batches_have_one_on_average() -> None:
    x = torch.randn(200, 4, generator=make_generator())
    generator = make_generator(1)
    batches = [torch.randperm(200, generator=generator)[:10]
               for _ in range(400)]
    found = spread(x, batches)
    bound = 4 * float(found.std()) / 400**0.5
    assert abs(float(found.mean()) - 1) < bound
