from typing import Any, List

import pytest
import torch

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import EpochResult, TrainingConfig, train
from pyg_batchsampler.training.make_model import Model
from tests.helpers import untouched_random_state


def small_digits() -> Any:
    return Digits()[:150]


@pytest.mark.parametrize('sampler', ['uniform', 'knn', 'proximity'])
@pytest.mark.parametrize('source', ['recorded', 'encoder'])
def test_training_is_seeded(sampler: str, source: str) -> None:
    config = TrainingConfig(epochs=2, batch_size=64, similarity_source=source)
    dataset = small_digits()
    with untouched_random_state():
        models = [train(dataset, sampler, config, seed).model
                  for seed in [0, 0, 1]]
    states = [torch.cat([p.flatten() for p in model.parameters()])
              for model in models]
    assert states[0].equal(states[1]) and not states[0].equal(states[2])


def test_same_start_and_steps_for_every_sampler() -> None:
    first: List[torch.Tensor] = []
    steps: List[int] = []
    samplers: List[Any] = [
        'uniform', make_strategy('proximity', num_candidates=40)]
    for sampler in samplers:
        count: List[int] = []
        losses: List[float] = []

        def on_epoch(epoch: EpochResult, model: Model,
                     losses: List[float] = losses) -> None:
            losses.append(epoch.loss)

        train(small_digits(), sampler, TrainingConfig(epochs=2, batch_size=64),
              0, on_step=count.append, on_epoch=on_epoch)
        steps.append(len(count))
        first.append(torch.tensor(losses[0]))
    # The warm-up epoch is the same; two epochs of three mini-batches.
    assert steps == [6, 6] and first[0].equal(first[1])


def test_a_graph_alone_takes_no_step() -> None:
    config = TrainingConfig(epochs=1, batch_size=50)
    course: List[EpochResult] = []
    train(Digits()[:51], 'uniform', config,
          on_epoch=lambda epoch, _: course.append(epoch))
    alone = [b for b in course[0].batches if b.numel() == 1]
    unknown = (course[0].embedding == 0).all(dim=1).nonzero().view(-1)
    assert len(alone) == 1 and alone[0].equal(unknown)
