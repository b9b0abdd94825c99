from typing import Any

import numpy as np
import pytest
import torch
from torch_geometric.data import Batch, Data

from pyg_batchsampler.report.check_batches import (check_batch, check_batches,
                                                   check_classes, check_label)
from tests.helpers import raises

DTYPES = [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64]
TAKE = 'Of a loader, take [batch.input_id for batch in loader]'
TAKE_ONE = "Of a loader, take its 'input_id'"
MASK = 'Of a mask, give mask.nonzero().view(-1)'
GRAPHS = Batch.from_data_list([Data(x=torch.ones(2, 1))])


@pytest.mark.parametrize('batch', [
    *(torch.tensor([2, 0], dtype=dtype) for dtype in DTYPES),
    *(np.array([2, 0], dtype=kind) for kind in [np.uint16, np.int64]),
    [2, 0], (2, 0), [np.int64(2), np.int64(0)], range(2, -1, -2)])
def test_any_integers(batch: Any) -> None:
    found, = check_batches([batch], 3)
    for index in [found, check_batch(batch, 3)]:
        assert index.dtype == torch.long and index.tolist() == [2, 0]


def test_any_iterable_of_mini_batches() -> None:
    matrix = torch.tensor([[0, 1], [2, 0]])
    for batches in [matrix, matrix.numpy(), matrix.tolist(), iter(matrix)]:
        assert torch.stack(check_batches(batches, 3)).equal(matrix)
    assert check_batches([], 3) == []
    empty, = check_batches([[]], 3)
    assert empty.dtype == torch.long and empty.numel() == 0


@pytest.mark.parametrize('batches,found', [
    ('01', 'str)'), (3, 'int)'), (None, 'NoneType)'),
    ([0, 1], 'the number 0). Of one mini-batch, give [batch]'),
    ([np.int64(1)], 'the number 1). Of one mini-batch, give [batch]'),
    (torch.tensor([2, 1]), 'the number 2). Of one mini-batch, give [batch]'),
    (['01'], f'str). {TAKE}'), ([['0', '1']], f'list of str). {TAKE}'),
    ([np.array(['a'])], f'ndarray). {TAKE}'),
    ([GRAPHS], f'DataBatch). {TAKE}'),
    ([(torch.zeros(2, 3), torch.zeros(2))], f'tuple of Tensor). {TAKE}'),
    ([[0, [1]]], f'list of int). {TAKE}'), ([{0, 1}], f'set). {TAKE}')])
def test_no_mini_batches(batches: Any, found: str) -> None:
    with raises(TypeError, "'batches' must hold the instances of each "
                f'mini-batch (got {found}'):
        check_batches(batches, 3)


@pytest.mark.parametrize('batch,found', [
    ('01', 'str'), (None, 'NoneType'), (GRAPHS, 'DataBatch'), ({0: 1}, 'dict'),
    (1, 'int'), (['0'], 'list of str')])
def test_no_mini_batch(batch: Any, found: str) -> None:
    with raises(TypeError, "'batch' must hold the indices of a mini-batch "
                f'(got {found}). {TAKE_ONE}'):
        check_batch(batch, 3)


@pytest.mark.parametrize('batch,found,is_mask', [
    (torch.rand(3, 2), '[3, 2] of torch.float32', False),
    ([0.0, 1.0], '[2] of torch.float32', False),
    (torch.tensor([[0, 1]]), '[1, 2] of torch.int64', False),
    (torch.tensor([True, False]), '[2] of torch.bool', True)])
def test_no_indices(batch: Any, found: str, is_mask: bool) -> None:
    with raises(ValueError, f"'batch' must hold indices, [B] (got {found}). "
                f'{MASK if is_mask else TAKE_ONE}'):
        check_batch(batch, 3)
    with raises(ValueError, "'batches' must hold indices, [B], for each "
                f'mini-batch (got {found}). {MASK if is_mask else TAKE}'):
        check_batches([batch], 3)


@pytest.mark.parametrize('bad', [-1, 3])
def test_instances_that_there_are_not(bad: int) -> None:
    with raises(ValueError, "'batches' must hold instances in [0, 3) (got "
                f'{bad})'):
        check_batches([[0, 1], [bad, 2]], 3)
    with raises(ValueError, "'batch' must hold instances in [0, 3) (got "
                f'{bad})'):
        check_batch([0, bad], 3)


@pytest.mark.parametrize('check', [check_label, check_classes])
@pytest.mark.parametrize('label,error,message', [
    ([0, 1, 1], TypeError, "'label' must be a tensor (got list). Convert it, "
     'e.g., with torch.as_tensor'),
    (np.zeros(3), TypeError, "'label' must be a tensor (got ndarray). Convert "
     'it, e.g., with torch.as_tensor'),
    (torch.zeros(2), ValueError, "'embedding' and 'label' must be of the same "
     'instances (got 3 and 2)'),
    (torch.zeros(3, 1, 1), ValueError, "'label' must hold one class per "
     'instance, [N], or one per instance and task, [N, T] (got [3, 1, 1])')])
def test_bad_labels(check: Any, label: Any, error: type,
                    message: str) -> None:
    with raises(error, message):
        check(label, 3)


def test_tasks_are_no_classes() -> None:
    tasks = torch.zeros(3, 2)
    assert check_label(tasks, 3) is tasks
    with raises(ValueError, "'label' must hold one class per instance, [3] "
                '(got [3, 2]). Of tasks, give one, e.g., label[:, 0]'):
        check_classes(tasks, 3)
