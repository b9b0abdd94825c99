from typing import List

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyg_batchsampler.walk.first_visits import first_visits


@given(st.lists(st.lists(st.integers(-1, 6), min_size=9, max_size=9),
                min_size=1, max_size=4), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_equals_a_loop(rows: List[List[int]], size: int) -> None:
    out, count = first_visits(torch.tensor(rows), size)
    for i, row in enumerate(rows):
        distinct = list(dict.fromkeys(j for j in row if j >= 0))[:size]
        assert int(count[i]) == len(distinct)
        assert out[i].tolist() == distinct + [-1] * (size - len(distinct))
