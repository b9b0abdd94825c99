import pytest
import torch

from pyg_batchsampler.sampler.form_groups import form_groups
from pyg_batchsampler.sampler.grouped_order import grouped_order
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator


@pytest.mark.parametrize('batch_size,group_size', [(16, 4), (16, 5), (10, 9),
                                                   (16, 16)])
def test_groups_stay_together(batch_size: int, group_size: int) -> None:
    x, remaining = UnitRows(clustered(300, 6)[0]), torch.arange(50, 253)
    args = x, remaining, group_size, 60.0
    full, _ = form_groups(*args, make_generator(1))
    order = grouped_order(x, remaining, batch_size, group_size, 60.0,
                          make_generator(1))
    assert order.sort().values.equal(remaining)
    batches = [set(batch.tolist()) for batch in order.split(batch_size)]
    whole = sum(any(set(group.tolist()) <= batch for batch in batches)
                for group in full)
    assert whole >= (203 // batch_size) * (batch_size // group_size)


def test_each_quarter_has_its_share_of_the_hard() -> None:
    r"""Half of the mini-batches are much harder than the others."""
    x = torch.randn(3200, 8, generator=make_generator())
    x[:1600] += 10
    rows = UnitRows(x)
    for seed in range(5):
        order = grouped_order(rows, torch.randperm(
            3200, generator=make_generator(seed)), 32, 32, 3200,
            make_generator(seed))
        hard = mean_similarity(rows, order.view(100, 32)) > 0.9
        for quarter in hard.float().chunk(4):
            assert 0.3 <= float(quarter.mean()) <= 0.6
