import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pyg_batchsampler.search.top_candidates import top_candidates
from tests.helpers import make_generator


def check(score: Tensor, num_neighbors: int, block_size: int) -> None:
    r"""Compares with a full sort, candidates being told apart by block."""
    num_rows, width = score.size()
    generator = make_generator()
    num_blocks = -(-num_rows // block_size)
    candidate = torch.arange(num_blocks * width).view(num_blocks, width)
    skipped = torch.randint(width, (num_rows, ), generator=generator)
    anchor = torch.randperm(num_rows, generator=generator)
    neighbor = torch.full((num_rows, num_neighbors), -1)
    similarity = torch.empty(num_rows, num_neighbors)
    top_candidates(score.clone(), skipped, anchor, candidate, block_size,
                   neighbor, similarity)

    score.scatter_(1, skipped.view(-1, 1), -torch.inf)
    block = torch.arange(num_rows).view(-1, 1) // block_size
    column = neighbor[anchor] - block * width
    assert bool((column != skipped.view(-1, 1)).all())
    assert score.gather(1, column).equal(similarity[anchor])
    assert score.topk(num_neighbors).values.equal(similarity[anchor])
    assert all(len(set(row)) == num_neighbors for row in column.tolist())


@given(st.integers(1, 40), st.integers(2, 30), st.data())
@settings(max_examples=60, deadline=None)
def test_equals_a_full_sort(num_rows: int, width: int,
                            data: st.DataObject) -> None:
    levels = data.draw(st.sampled_from([1, 2, 5, 1000]))  # few: many ties
    score = torch.randint(-levels, levels + 1, (num_rows, width),
                          generator=make_generator(num_rows)) / levels
    check(score, data.draw(st.integers(1, width - 1)),
          data.draw(st.integers(1, num_rows)))


@pytest.mark.parametrize('name', ['equal', 'outlier', 'narrow', 'many'])
def test_unevenly_spread(name: str) -> None:
    score = torch.rand(600 if name == 'many' else 20, 2000,
                       generator=make_generator())
    if name == 'equal':
        score.fill_(0.5)
    elif name == 'outlier':  # all others share a bin
        score.mul_(1e-6)[:, 7] = 1.0
    elif name == 'narrow':
        score.mul_(1e-6).add_(1.0)
    check(score, 100, 7)
