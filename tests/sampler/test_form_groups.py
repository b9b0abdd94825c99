import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyg_batchsampler import ProximityBatchSampler
from pyg_batchsampler.sampler import form_groups as module
from pyg_batchsampler.sampler.form_groups import form_groups
from pyg_batchsampler.similarity.top_similarity import top_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from tests.helpers import clustered, make_generator


@given(n=st.integers(0, 200), group_size=st.integers(1, 90),
       reach=st.floats(1, 300), is_small=st.booleans())
@settings(max_examples=80, deadline=None)
def test_laws(n: int, group_size: int, reach: float, is_small: bool) -> None:
    r"""Every instance is in one group, or left over, however small the data
    set is said to be."""
    x = UnitRows(torch.randn(250, 3, generator=make_generator()))
    instance = torch.randperm(250, generator=make_generator())[:n]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, 'SMALL', 250 if is_small else 0)
        full, rest = form_groups(x, instance, group_size, reach,
                                 make_generator())
    assert full.size() == (n // group_size, group_size)
    assert rest.numel() == n % group_size
    together = torch.cat([full.flatten(), rest])
    assert together.sort().values.equal(instance.sort().values)


@pytest.mark.parametrize('n', [1000, 4000])  # all compared, and bisected
@pytest.mark.parametrize('group_size', [2, 8, 32, 100])
def test_tighter_the_farther_they_reach(n: int, group_size: int) -> None:
    x = UnitRows(clustered(n, 16, num_centres=10)[0])
    instance = torch.randperm(n, generator=make_generator())
    found = [float(top_similarity(x, form_groups(
        x, instance, group_size, reach, make_generator()).full).mean())
        for reach in [group_size, 4 * group_size, 1000, n]]
    assert found == sorted(found)
    uniform = instance[:n // group_size * group_size].view(-1, group_size)
    assert math.isclose(found[0], float(top_similarity(x, uniform).mean()),
                        abs_tol=1e-5)


def test_groups_reach_no_farther() -> None:
    x = UnitRows(clustered(4000, 8)[0])
    instance = torch.randperm(4000, generator=make_generator())
    groups = form_groups(x, instance, 4, 500.0, make_generator()).full
    part = torch.empty(4000, dtype=torch.long)
    part[instance] = torch.arange(4000) // 500
    assert (part[groups] == part[groups[:, :1]]).all()


def test_clusters_are_groups() -> None:
    for n in [400, 4000]:
        centre = torch.randn(100, 16, generator=make_generator())
        x = UnitRows(centre.repeat_interleave(n // 100, dim=0))
        instance = torch.randperm(n, generator=make_generator())
        groups = form_groups(x, instance, 2, n, make_generator()).full
        label = groups // (n // 100)
        assert float((label == label[:, :1]).all(dim=1).float().mean()) > 0.8


def test_equal_rows_meet_at_random() -> None:
    r"""Also where data sets are sorted by class."""
    x = UnitRows(torch.ones(4000, 3))
    groups = form_groups(x, torch.randperm(4000, generator=make_generator()),
                         4, 4000, make_generator()).full
    label = groups // 100
    assert float((label[:, :1] == label[:, 1:]).float().mean()) < 0.05


def test_millions_of_groups_are_cut_exactly() -> None:
    number, reach = 1652303, 16.536755519467846
    cut, num_leaves = module._leaves(number, 4, reach, False)
    assert int(cut[-1]) == 4 * number and int(cut.diff().min()) >= 0
    assert (cut.numel() - 1) % num_leaves == 0


@pytest.mark.parametrize('default', [torch.float64, torch.float16])
def test_default_dtype_does_not_matter(default: torch.dtype) -> None:
    x, plans = clustered(3000, 8)[0], []
    for dtype in [torch.float32, default]:
        torch.set_default_dtype(dtype)
        try:
            plans.append(list(ProximityBatchSampler(x, 64)))
        finally:
            torch.set_default_dtype(torch.float32)
    assert plans[0] == plans[1]


def test_threads_do_not_matter() -> None:
    x = UnitRows(clustered(60000, 8)[0])
    num_threads, run = torch.get_num_threads(), []
    try:
        for number in [num_threads, 1]:
            torch.set_num_threads(number)
            run.append(form_groups(x, torch.arange(60000), 4, 3000,
                                   make_generator()).full)
    finally:
        torch.set_num_threads(num_threads)
    assert run[0].equal(run[1])
