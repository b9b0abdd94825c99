import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pyg_batchsampler.search.candidates import draw_candidates
from tests.helpers import make_generator, untouched_random_state


def candidates_of_all(num_instances: int, num_candidates: int,
                      seed: int = 0) -> Tensor:
    r"""Candidates of instance 0, 1, …, :math:`[N, M]`."""
    blocks = draw_candidates(num_instances, num_candidates,
                             generator=make_generator(seed))
    block = torch.arange(num_instances) // blocks.block_size
    rows = blocks.candidate[block]
    kept = torch.ones_like(rows, dtype=torch.bool)
    kept.scatter_(1, blocks.skipped.view(-1, 1).long(), False)
    out = torch.empty(num_instances, num_candidates, dtype=torch.long)
    out[blocks.anchor] = rows[kept].view(num_instances, -1).long()
    return out


@given(st.integers(2, 60), st.data(), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_distinct_others(n: int, data: st.DataObject, seed: int) -> None:
    m = data.draw(st.integers(1, n - 1))
    candidate = candidates_of_all(n, m, seed).sort(dim=1).values
    assert bool((candidate.diff(dim=1) > 0).all())
    assert 0 <= int(candidate.min()) and int(candidate.max()) < n
    assert not bool((candidate == torch.arange(n).view(-1, 1)).any())


@given(st.integers(2, 400), st.data())
@settings(max_examples=60, deadline=None)
def test_blocks_are_balanced(n: int, data: st.DataObject) -> None:
    m = data.draw(st.integers(1, n - 1))
    blocks = draw_candidates(n, m, generator=make_generator())
    count = torch.bincount(blocks.candidate.flatten(), minlength=n)
    assert int(count.max() - count.min()) <= 1
    assert int(count.min()) >= (1 if m == n - 1 else 2)
    assert blocks.anchor.sort().values.tolist() == list(range(n))


def test_all_others() -> None:
    candidate = candidates_of_all(9, 8).sort(dim=1).values
    for i, row in enumerate(candidate.tolist()):
        assert row == [j for j in range(9) if j != i]


@pytest.mark.parametrize('n,m', [(40, 10), (40, 3)])
def test_uniform_over_the_others(n: int, m: int) -> None:
    rounds = 400
    count = torch.zeros(n, n)
    for seed in range(rounds):
        count.scatter_add_(1, candidates_of_all(n, m, seed),
                           torch.ones(n, m))
    p = m / (n - 1)
    off = ~torch.eye(n, dtype=torch.bool)
    z = (count[off] - rounds * p) / (rounds * p * (1 - p))**0.5
    # n (n - 1) standard normal values: the largest stays below 5 but for one
    # time in a thousand, their variance is 1 up to its standard error.
    assert float(z.abs().max()) < 5
    assert abs(float(z.var()) - 1) < 5 * (2 / z.numel())**0.5 + 0.1


def test_seeded() -> None:
    with untouched_random_state():
        assert candidates_of_all(50, 10).equal(candidates_of_all(50, 10))
        assert not candidates_of_all(50, 10, seed=1).equal(
            candidates_of_all(50, 10))
