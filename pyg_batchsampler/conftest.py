r"""Names that docstring examples use."""

from pathlib import Path
from typing import Any, Dict

import pytest
import torch

import pyg_batchsampler
from pyg_batchsampler.sampler import registry


@pytest.fixture(autouse=True)
def add_names(doctest_namespace: Dict[str, Any], tmp_path: Path,
              monkeypatch: pytest.MonkeyPatch) -> None:
    # What an example registers is gone after it.
    monkeypatch.setattr(registry, 'STRATEGIES', dict(registry.STRATEGIES))
    doctest_namespace['torch'] = torch
    doctest_namespace['folder'] = tmp_path
    for name in pyg_batchsampler.__all__:
        doctest_namespace[name] = getattr(pyg_batchsampler, name)
