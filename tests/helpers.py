r"""What several tests share."""

import random
import re
from contextlib import contextmanager
from typing import Any, Iterator, List

import numpy as np
import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data


@contextmanager
def raises(error: type, message: str) -> Iterator[None]:
    r"""Expects an error with exactly this message."""
    with pytest.raises(error, match=f'^{re.escape(message)}$'):
        yield


@contextmanager
def untouched_random_state() -> Iterator[None]:
    r"""Expects all global random states to be left as they are."""
    before = (torch.get_rng_state(), random.getstate(),
              str(np.random.get_state()))
    yield
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert str(np.random.get_state()) == before[2]


def make_generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def clustered(num_instances: int, dim: int, num_centres: int = 100,
              seed: int = 0) -> 'tuple[Tensor, Tensor]':
    generator = make_generator(seed)
    centre = torch.randn(num_centres, dim, generator=generator)
    label = torch.randint(num_centres, (num_instances, ), generator=generator)
    noise = torch.randn(num_instances, dim, generator=generator)
    x = centre[label] + 0.7 * noise
    return x / x.norm(dim=1, keepdim=True), label


def numbered_graphs(num_graphs: int) -> List[Data]:
    r"""Graphs of two or three nodes whose features hold their position."""
    return [
        Data(x=torch.full((2 + i % 2, 1), float(i)),
             edge_index=torch.tensor([[0, 1], [1, 0]]), y=torch.tensor([i]))
        for i in range(num_graphs)
    ]


def flatten(batches: Any) -> List[int]:
    return [i for batch in batches for i in batch]
