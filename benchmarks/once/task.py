r"""What a task of `one_pass` consists of."""

from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pyg_batchsampler.files import written_whole
from pyg_batchsampler.training import Method


class Data(NamedTuple):
    r"""Instances, what is known of them beforehand, :math:`[N, D]`, and how
    many are to be found."""
    instances: Any
    embedding: Tensor
    num_tested: int


class Run(NamedTuple):
    r"""What is trained on some of the instances and tested on others.

    Args:
        model (torch.nn.Module): The model.
        method (Method): Its loss on a mini-batch.
        optimizer (torch.optim.Optimizer): Takes the steps.
        dataset (Sequence): What it is trained on.
        arguments (dict): Further ones of the loader.
        score (callable): Says how well other halves are found, in %.
    """
    model: torch.nn.Module
    method: Method
    optimizer: torch.optim.Optimizer
    dataset: Any
    arguments: Dict[str, Any]
    score: Callable[[], Dict[str, float]]


def kept(path: Path, make: Callable[[], Tensor]) -> Tensor:
    r"""Returns what is made once and kept in a file."""
    if not path.exists():
        with written_whole(path) as beside, beside.open('wb') as file:
            np.save(file, make().numpy())
    return torch.from_numpy(np.load(path))
