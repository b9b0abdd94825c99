from typing import Any, Dict

import pytest
import torch

from pyg_batchsampler.false_negatives import Guard, make_guard
from pyg_batchsampler.false_negatives.make_guard import GUARDS
from tests.helpers import make_generator, raises

X = torch.randn(50, 4, generator=make_generator())
NEEDED: Dict[str, Dict[str, Any]] = {
    'duplicates': dict(embedding=X.round()),
    'labels': dict(label=torch.arange(50) % 4),
}


@pytest.mark.parametrize('name', GUARDS)
def test_every_guard_marks_pairs(name: str) -> None:
    guard = make_guard(name, **NEEDED.get(name, {}))
    assert type(guard) is GUARDS[name]
    assert repr(guard).startswith(type(guard).__name__)
    index = torch.randperm(50, generator=make_generator())[:20]
    if guard.uses_embedding:
        assert guard(index) is None
    guard.refresh(X)
    mask = guard(index)
    if name == 'kept':
        assert mask is None
        return
    assert mask is not None
    assert mask.dtype == torch.bool and mask.size() == (20, 20)
    assert bool(mask.any()) and not bool(mask.diagonal().any())
    assert mask.equal(mask.t())
    # The order of the mini-batch is that of the mask.
    perm = torch.randperm(20, generator=make_generator())
    other = guard(index[perm])
    assert other is not None and int(other.sum()) == int(mask.sum())
    if name != 'shared_neighbors':  # shares are often equal: any of them
        assert other.equal(mask[perm][:, perm])


def test_one_of_ones_own() -> None:
    class Neighbors(Guard):
        def __call__(self, index: torch.Tensor) -> torch.Tensor:
            return (index.view(-1, 1) - index).abs() == 1

    assert int(Neighbors()(torch.arange(4)).sum()) == 6
    assert repr(Neighbors()) == 'Neighbors()'


def test_messages() -> None:
    with raises(ValueError, "'name' must be one of 'duplicates', 'kept', "
                "'labels', 'shared_neighbors', 'similar' (got 'x')"):
        make_guard('x')
    with raises(TypeError, "'ratio' is no option of the guard 'duplicates' "
                "(got 0.1). Options: embedding, tolerance"):
        make_guard('duplicates', embedding=X, ratio=0.1)
    with raises(TypeError, "'ratio' is no option of the guard 'kept' (got "
                "0.1). Options: none"):
        make_guard('kept', ratio=0.1)
    with raises(TypeError, "'label' must be given to the guard 'labels'"):
        make_guard('labels')
