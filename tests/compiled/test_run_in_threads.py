from threading import get_ident
from typing import Any, Iterator, List, Set

import numpy as np
import pytest
import torch

from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.run_in_threads import (MIN_WORK,
                                                      MIN_WORK_AROUND_OPS,
                                                      for_each_in_threads,
                                                      run_in_threads)


@kernel
def count(begin: int, end: int, out: Any) -> None:
    for i in range(begin, end):
        out[i] += 1


@pytest.fixture(params=[1, 3])
def num_threads(request: Any) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize('num_rows', [0, 1, 2, 1000])
@pytest.mark.parametrize('work', [0, MIN_WORK])
def test_every_row_once(num_rows: int, work: int, num_threads: int) -> None:
    out = np.zeros(num_rows, np.int64)
    run_in_threads(count, num_rows, work, out)
    assert (out == 1).all()


@pytest.mark.parametrize('work', [0, MIN_WORK_AROUND_OPS])
def test_every_item_once(work: int, num_threads: int) -> None:
    seen: List[int] = []
    threads: Set[int] = set()
    sizes: Set[int] = set()

    def visit(item: int) -> None:
        seen.append(item)
        threads.add(get_ident())
        sizes.add(torch.get_num_threads())

    for_each_in_threads(visit, range(20), work, 'items')
    assert sorted(seen) == list(range(20))
    is_here = threads == {get_ident()}
    assert is_here == (work == 0 or num_threads == 1)
    # Within threads, ops have one thread each; afterwards all is as before.
    assert sizes == {num_threads if is_here else 1}
    assert torch.get_num_threads() == num_threads


def test_an_error_in_a_thread_is_raised(num_threads: int) -> None:
    def fail(item: int) -> None:
        raise RuntimeError(f'item {item}')

    with pytest.raises(RuntimeError, match='^item 0$'):
        for_each_in_threads(fail, range(5), MIN_WORK_AROUND_OPS, 'items')
    assert torch.get_num_threads() == num_threads
