import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyg_batchsampler.false_negatives import Similar, similar_pairs
from tests.helpers import make_generator, raises


@given(st.integers(1, 20), st.sampled_from([0.0, 0.1, 0.5, 0.99]))
@settings(max_examples=50, deadline=None)
def test_the_most_similar_pairs(size: int, ratio: float) -> None:
    x = torch.randn(size, 4, generator=make_generator(size))
    mask = similar_pairs(x, ratio)
    assert mask.equal(mask.t()) and not bool(mask.diagonal().any())
    num_pairs = size * (size - 1) // 2
    cosine = torch.nn.functional.cosine_similarity(x[:, None], x, dim=-1)
    num_similar = int((cosine.triu(1) > 0).sum())
    assert int(mask.sum()) == 2 * min(int(ratio * num_pairs + 1e-9),
                                      num_similar)
    assert bool((cosine[mask] > 0).all())
    others = ~mask & ~torch.eye(size, dtype=torch.bool)
    if bool(mask.any()) and bool(others.any()):
        assert cosine[mask].min() >= cosine[others].max() - 1e-6
    assert similar_pairs(3 * x, ratio).equal(mask)


def test_unknown_rows_are_similar_to_none() -> None:
    x = torch.cat([torch.zeros(2, 3), torch.eye(3) + 1])
    mask = similar_pairs(x, 0.9)
    assert not bool(mask[:2].any()) and int(mask.sum()) == 6


def test_rows_at_right_angles_are_not_similar() -> None:
    assert not bool(similar_pairs(torch.eye(3), 0.9).any())


@pytest.mark.parametrize('ratio', [1.0, -0.1])
def test_bad_ratio(ratio: float) -> None:
    for make in [lambda: similar_pairs(torch.eye(2), ratio),
                 lambda: Similar(ratio)]:
        with raises(ValueError, f"'ratio' must lie in [0, 1) (got {ratio})"):
            make()


def test_the_guard_knows_what_it_was_told_last() -> None:
    x = torch.randn(30, 4, generator=make_generator())
    index = torch.randperm(30, generator=make_generator(1))[:12]
    guard = Similar(ratio=0.2)
    assert guard(index) is None
    guard.refresh(x)
    mask = guard(index)
    assert mask is not None
    assert mask.equal(similar_pairs(x[index], 0.2))
    x.zero_()  # what it was told is overwritten by the steps that follow
    again = guard(index)
    assert again is not None and again.equal(mask)
    guard.refresh(x)
    mask = guard(index)
    assert mask is not None and not bool(mask.any())
