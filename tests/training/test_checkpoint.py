from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List

import pytest
import torch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.training import train
from tests.helpers import raises
from tests.training.small import SMALL, flat, small_digits


@pytest.mark.parametrize('sampler,kwargs', [
    ('proximity', {}),
    ('proximity', dict(similarity_source='encoder',
                       false_negatives='similar')),
    ('uniform', dict(false_negatives='duplicates')),
    ('proximity', dict(false_negatives='shared_neighbors')),
    ('proximity', dict(batch_size=149)),  # and a mini-batch of one graph
])
def test_training_goes_on_as_if_never_stopped(
        sampler: str, kwargs: Dict[str, Any], tmp_path: Path) -> None:
    dataset, config = small_digits(), replace(SMALL, **kwargs)
    whole = train(dataset, sampler, config).model
    path = tmp_path / 'run.checkpoint'
    for epochs in [1, 2, 3]:
        steps: List[int] = []
        model = train(dataset, sampler, replace(config, epochs=epochs),
                      on_step=steps.append, checkpoint=path).model
        assert sum(steps) == config.num_batches(150) * epochs
    assert flat(model).equal(flat(whole))
    assert [p.name for p in tmp_path.iterdir()] == ['run.checkpoint']


def test_those_of_other_runs(tmp_path: Path) -> None:
    path = tmp_path / 'run.checkpoint'
    train(small_digits(), 'uniform', SMALL, checkpoint=path)
    with raises(ValueError, f"{path} belongs to another run: its 'lr' is "
                "0.001 (expected 0.1). Move it away or choose another "
                "'--out'"):
        train(small_digits(), 'uniform', replace(SMALL, lr=0.1),
              checkpoint=path)
    with pytest.raises(ValueError, match="another run: its 'checksum' is "):
        train(Digits()[150:300], 'uniform', SMALL, checkpoint=path)
    with raises(ValueError, f"{path} holds 3 epochs already (asked for 2). "
                "Raise 'epochs' or choose another '--out'"):
        train(small_digits(), 'uniform', replace(SMALL, epochs=2),
              checkpoint=path)
    path.write_bytes(b'?')
    with raises(ValueError, f'{path} is no checkpoint of this package. Move '
                'it away'):
        train(small_digits(), 'uniform', SMALL, checkpoint=path)


def test_those_from_before_a_setting(tmp_path: Path) -> None:
    path = tmp_path / 'run.checkpoint'
    train(small_digits(), 'uniform', SMALL, checkpoint=path)
    state = torch.load(path)
    del state['key']['norm']
    state['key']['center'] = None
    torch.save(state, path)
    steps: List[int] = []
    train(small_digits(), 'uniform', SMALL, on_step=steps.append,
          checkpoint=path)
    assert steps == [9]
