import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyg_batchsampler.transforms.edge_slots import EdgeSlots


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_edges_are_numbered_without_a_gap(sizes: 'list[int]') -> None:
    ptr = torch.tensor([0, *sizes]).cumsum(0)
    batch = torch.arange(len(sizes)).repeat_interleave(ptr.diff())
    row, col = (batch.view(-1, 1) == batch).fill_diagonal_(False).nonzero().t()
    slots = EdgeSlots(ptr)
    graph, code = slots.encode(row, col, batch)
    assert graph.equal(batch[row])
    assert code.sort().values.equal(torch.arange(row.numel()))
    reverse = slots.encode(col, row, batch)[1]
    assert (code // 2).equal(reverse // 2) and not (code == reverse).any()
    is_directed = torch.ones(len(sizes), dtype=torch.bool)
    slot = code - slots.code_ptr[graph]
    new_row, new_col = slots.decode(slot, graph, is_directed)
    assert new_row.equal(row) and new_col.equal(col)
