import numpy as np
import torch

from pyg_batchsampler.evaluation.check_classes import check_classes
from tests.helpers import raises


def test_codes_and_folds() -> None:
    label = torch.tensor([7.0, -1.0, 7.0, -1.0, 7.0])
    x, y, num_folds = check_classes(torch.ones(5, 2).half(), label, 10)
    assert x.dtype == np.float64 and y.tolist() == [1, 0, 1, 0, 1]
    assert num_folds == 2
    assert check_classes(torch.ones(12, 2), torch.arange(12) % 3, 3)[2] == 3


def test_bad_values() -> None:
    x = torch.ones(6, 2)
    with raises(TypeError, "'label' must be a tensor (got list)"):
        check_classes(x, [0, 1], 2)
    with raises(ValueError, "'label' must hold one class per instance, 6 "
                "(got [6, 1])"):
        check_classes(x, torch.ones(6, 1), 2)
    with raises(ValueError, "'label' holds non-finite values, first in row 4. "
                "Leave out instances of unknown class"):
        check_classes(x, torch.tensor([0, 1, 0, 1, float('nan'), 1]), 2)
    with raises(ValueError, "'label' must hold at least two classes (got 1)"):
        check_classes(x, torch.ones(6), 2)
    with raises(ValueError, "'num_folds' must be at least 2 (got 1)"):
        check_classes(x, torch.arange(6) % 2, 1)
    x[3, 1] = float('nan')
    with raises(ValueError, "'embedding' holds non-finite values, first in "
                "row 3. Check what made it for overflow or empty graphs"):
        check_classes(x, torch.arange(6) % 2, 2)


def test_rare_class() -> None:
    x = torch.ones(8, 2)
    for rarest, num_folds, nested, low, got in [
            (1, 2, False, 2, '1 instance'), (1, 9, False, 2, '1 instance'),
            (2, 9, True, 3, '2 instances'), (3, 2, True, 4, '3 instances')]:
        label = (torch.arange(8) >= rarest).long()
        with raises(ValueError, "'label' must hold every class at least "
                    f"{low} times (got a class with {got})"):
            check_classes(x, label, num_folds, nested)
        label = (torch.arange(8) >= low).long()
        assert check_classes(x, label, num_folds, nested).num_folds == min(
            low, num_folds)
