import pytest
import torch

from pyg_batchsampler.transforms.edges_among import edges_among
from tests.helpers import make_generator, raises


@pytest.mark.parametrize('num_edges', [0, 60])
@pytest.mark.parametrize('transposed', [False, True])
def test_equals_a_selection_of_edges(num_edges: int,
                                     transposed: bool) -> None:
    rng = make_generator()
    edge_index = torch.randint(9, (num_edges, 2), generator=rng).t()
    if not transposed:
        edge_index = edge_index.contiguous()
    kept = torch.rand(9, generator=rng) < 0.6
    number = torch.arange(10) * 10
    ends, source = edges_among(edge_index, kept, number)
    expected = kept[edge_index].all(dim=0).nonzero().view(-1)
    assert source.equal(expected)
    assert ends.equal(number[edge_index[:, expected]])


@pytest.mark.parametrize('other', [7, -1])
def test_nodes_that_are_not_there(other: int) -> None:
    with raises(ValueError, "'edge_index' must lie in [0, 2), the nodes "
                            f"(got {other})"):
        edges_among(torch.tensor([[0], [other]]), torch.ones(2).bool(),
                    torch.arange(3))
