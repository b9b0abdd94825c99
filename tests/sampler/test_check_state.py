from typing import Any

import numpy as np
import pytest
import torch

from pyg_batchsampler.sampler.check_state import as_value


class Schedule:
    def __init__(self, start: float):
        self.start = start

    def __repr__(self) -> str:
        return f'Schedule({self.start})'


class Unprinted:
    pass


@pytest.mark.parametrize('value,expected', [
    (np.int64(5), 5), (torch.tensor(0.5), 0.5), (np.bool_(True), True),
    ((1, np.int8(2)), [1, 2]), (Schedule(0.2), 'Schedule(0.2)'),
    (Unprinted(), 'tests.sampler.test_check_state.Unprinted {}'),
    (torch.nn.functional.relu, 'torch.nn.functional.relu'),
    ({2, 1}, ['1', '2']),
])
def test_what_stands_for_an_option(value: Any, expected: Any) -> None:
    assert as_value(value) == expected


def constant(value: float) -> Any:
    return lambda epoch: value


def test_functions_without_a_name_differ_in_what_they_do() -> None:
    schedules = [lambda epoch: 0.1, lambda epoch: 0.5, constant(0.1),
                 constant(0.5), torch.zeros(2),
                 torch.ones(2), torch.zeros(3)]
    assert len({as_value(each) for each in schedules}) == len(schedules)
    assert as_value(constant(0.1)) == as_value(constant(0.1))
