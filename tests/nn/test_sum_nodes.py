import torch

from pyg_batchsampler.nn.sum_nodes import sum_nodes


def test_every_graph_has_a_row() -> None:
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    batch = torch.tensor([1, 1, 3])
    assert sum_nodes(x, batch, 5).tolist() == [
        [0, 0], [4, 6], [0, 0], [5, 6], [0, 0]]
    assert sum_nodes(x, batch).size() == (4, 2)
    assert sum_nodes(x).tolist() == [[9, 12]]
    assert sum_nodes(x[:0]).tolist() == [[0, 0]]
    assert sum_nodes(x[:0], batch[:0], 2).tolist() == [[0, 0], [0, 0]]


def test_gradient_is_that_of_the_own_graph() -> None:
    x = torch.ones(3, 2, requires_grad=True)
    grad = torch.arange(8.0).view(4, 2)
    sum_nodes(x, torch.tensor([2, 0, 2]), 4).backward(grad)
    assert x.grad is not None
    assert x.grad.tolist() == [[4, 5], [0, 1], [4, 5]]


def test_sums_are_in_single_precision() -> None:
    x = torch.ones(4000, 1, dtype=torch.bfloat16)
    assert sum_nodes(x).item() == 4000
    assert sum_nodes(x, torch.zeros(4000).long(), 1).item() == 4000
