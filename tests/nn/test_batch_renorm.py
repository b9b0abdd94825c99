import torch

from pyg_batchsampler.nn import BatchRenorm
from tests.helpers import make_generator, raises
from tests.nn.graphs import check_reset


def test_the_first_mini_batch_is_normalized_by_itself() -> None:
    x = 3 + 2 * torch.randn(50, 4, generator=make_generator())
    norm, plain = BatchRenorm(4), torch.nn.BatchNorm1d(4)
    torch.testing.assert_close(norm(x), plain(x))


def test_trains_by_running_averages() -> None:
    norm, rng = BatchRenorm(4), make_generator()
    for _ in range(30):
        norm(1 + 2 * torch.randn(200, 4, generator=rng))
    torch.testing.assert_close(norm.running_mean, torch.ones(4), rtol=0,
                               atol=0.2)
    x = 2 + torch.randn(50, 4, generator=rng)  # narrower, and elsewhere
    mean, var = norm.running_mean.clone(), norm.running_var.clone()
    expected = (x - mean) / (var + 1e-5).sqrt()
    torch.testing.assert_close(norm(x), expected)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(var)
    torch.testing.assert_close(norm.eval()(x), expected)


def test_gradient_flows_through_own_statistics() -> None:
    norm = BatchRenorm(4)
    x = torch.randn(20, 4, generator=make_generator(), requires_grad=True)
    norm(x).square().sum().backward()
    assert x.grad is not None  # shifts and scales of the mini-batch cost none
    torch.testing.assert_close(x.grad.sum(dim=0), torch.zeros(4))


def test_statistics_far_away_are_cut() -> None:
    norm = BatchRenorm(1)
    norm(torch.tensor([[-1.0], [1.0]]))
    out = norm(torch.tensor([[99.0], [101.0]]))
    torch.testing.assert_close(out, torch.tensor([[4.0], [6.0]]), rtol=1e-3,
                               atol=0)
    norm.reset_parameters()
    assert norm.num_batches == 0 and norm.running_mean.item() == 0


def test_one_row_in_training() -> None:
    norm = BatchRenorm(2)
    assert norm(torch.ones(1, 2)).allclose(torch.ones(1, 2))
    assert norm.num_batches == 0
    assert norm(torch.empty(0, 2)).size() == (0, 2)


def test_names_and_messages() -> None:
    assert repr(BatchRenorm(3)) == 'BatchRenorm(3)'
    with raises(ValueError, "'in_channels' must be at least 1 (got 0)"):
        BatchRenorm(0)
    check_reset(BatchRenorm(30))
