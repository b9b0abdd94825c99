from typing import List

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pyg_batchsampler.compiled.counting_sort import counting_sort


@given(st.lists(st.integers(0, 6), max_size=30))
@settings(max_examples=50, deadline=None)
def test_equals_a_stable_sort(values: List[int]) -> None:
    key = np.array(values, np.int64)
    ptr, perm = counting_sort(key, 9)
    assert perm.tolist() == key.argsort(kind='stable').tolist()
    assert ptr.tolist() == [sum(value < i for value in values)
                            for i in range(10)]
