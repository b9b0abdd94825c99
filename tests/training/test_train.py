from dataclasses import replace
from typing import Any, Dict, List

import pytest
import torch
from torch_geometric.data import Data

from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.sampler import make_strategy
from pyg_batchsampler.training import (EpochResult, TrainingConfig, make_model,
                                       train)
from pyg_batchsampler.training.make_model import Model
from tests.helpers import raises, untouched_random_state
from tests.training.small import HARD, SMALL, flat, small_digits


@pytest.mark.parametrize('kwargs', [
    dict(loss='dcl'), dict(loss='hcl'), dict(loss='graph_cl'),
    dict(norm_statistics='precise'), dict(norm='layer'),
    dict(norm=None),
    dict(precision='bfloat16'),
    dict(false_negatives='similar'), dict(false_negatives='duplicates'),
    dict(false_negatives='labels'), dict(false_negatives='shared_neighbors'),
    dict(similarity_source='encoder'), dict(replacement=True),
    dict(drop_last=True),
    dict(augmentations='edge_perturbation,feature_masking,subgraph'),
    dict(augmented_views=1), dict(num_workers=1),
])
def test_every_option_trains(kwargs: Dict[str, Any]) -> None:
    losses: List[float] = []

    def on_epoch(epoch: EpochResult, model: Model) -> None:
        losses.append(epoch.loss)
        assert bool(epoch.embedding.isfinite().all())

    dataset = small_digits()
    config = replace(SMALL, **kwargs)
    with untouched_random_state():
        trained = train(dataset, HARD, config, on_epoch=on_epoch)
    assert len(losses) == 3
    assert not flat(trained.model).equal(flat(make_model(dataset, config, 0)))


@pytest.mark.parametrize('base, name, value', [
    ({}, 'temperature', 0.5), (dict(loss='dcl'), 'tau_plus', 0.3),
    (dict(loss='hcl'), 'beta', 3.0), ({}, 'lr', 0.01),
    ({}, 'max_grad_norm', 0.01), ({}, 'augmented_views', 1),
    ({}, 'augmentation_ratio', 0.4), ({}, 'hidden_channels', 16),
    (dict(augmentations='subgraph'), 'subgraph_ratio', 0.5),
    (dict(false_negatives='similar'), 'similar_ratio', 0.4),
    (dict(false_negatives='shared_neighbors'), 'similar_ratio', 0.4),
    ({}, 'refresh_interval', 1), ({}, 'warmup_epochs', 2),
    ({}, 'replacement', True), ({}, 'center', True)])
def test_every_setting_changes_training(base: Dict[str, Any], name: str,
                                        value: Any) -> None:
    config, dataset = replace(SMALL, **base), small_digits()
    first, second = (flat(train(dataset, HARD, each).model) for each in
                     [config, replace(config, **{name: value})])
    assert not first.equal(second)


@pytest.mark.parametrize('options', [
    dict(num_candidates=80), dict(num_neighbors=9), dict(restart_prob=0.6),
    dict(walk_size=2)])
def test_every_option_of_a_strategy_changes_training(
        options: Dict[str, Any]) -> None:
    other = make_strategy('proximity', **{**HARD.options(), **options})
    dataset = small_digits()
    config = replace(SMALL, replacement=True)
    first, second = (flat(train(dataset, each, config).model)
                     for each in [HARD, other])
    assert not first.equal(second)


@pytest.mark.parametrize('sampler', ['uniform', 'knn', 'proximity'])
def test_a_name_is_a_strategy_with_its_defaults(sampler: str) -> None:
    config = replace(SMALL, epochs=2)
    first = flat(train(small_digits(), sampler, config).model)
    strategy = make_strategy(sampler)
    assert first.equal(flat(train(small_digits(), strategy, config).model))


def test_steps_with_and_without_a_tail() -> None:
    for drop_last, steps in [(False, 9), (True, 6)]:
        config = replace(SMALL, batch_size=60, drop_last=drop_last)
        count: List[int] = []
        train(small_digits(), 'uniform', config, on_step=count.append)
        assert sum(count) == steps == 3 * config.num_batches(150)


def test_walks_follow_the_first_epoch() -> None:
    # Warming up covers every instance, also with replacement.
    courses: List[List[List[int]]] = []
    for sampler in ['uniform', 'proximity']:
        course: List[List[int]] = []

        def on_epoch(epoch: EpochResult, model: Model,
                     course: List[List[int]] = course) -> None:
            course.append(torch.cat(epoch.batches).tolist())

        train(small_digits(), sampler,
              replace(SMALL, epochs=2, replacement=sampler == 'proximity'),
              on_epoch=on_epoch)
        courses.append(course)
    assert sorted(courses[1][0]) == list(range(150))
    assert sorted(courses[1][1]) != list(range(150))


def test_labels_that_are_not_there() -> None:
    dataset = Digits()[:60].copy()
    del dataset._data.y
    dataset.slices.pop('y')
    with raises(ValueError, "'false_negatives' must not be 'labels' for a "
                "data set without labels. Use, e.g., 'similar'"):
        train(dataset, 'uniform', replace(SMALL, false_negatives='labels'))


def test_numbers_that_are_not_finite() -> None:
    dataset = Digits()[:60].copy()
    dataset._data.x[:, 0] = float('nan')
    with raises(RuntimeError, "the gradient of epoch 1 is not finite (loss "
                "nan). The features 'x' of graph 0 are not either: mend or "
                "leave it out"):
        train(dataset, 'uniform', SMALL)
    with raises(RuntimeError, "the gradient of epoch 1 is not finite (loss "
                "nan). Lower 'lr' (got 1e+20)"):
        train(small_digits(), 'uniform', replace(SMALL, lr=1e20))


def test_graphs_that_cannot_be_trained_on() -> None:
    edge_index = torch.tensor([[0, 1], [1, 0]])
    graph = Data(x=torch.ones(2, 1), edge_index=edge_index)
    with raises(ValueError, "'dataset' must hold at least two graphs (got "
                "1): one has no negatives"):
        train([graph], 'uniform', TrainingConfig())
    bare = [Data(edge_index=edge_index, num_nodes=2)] * 9
    with raises(ValueError, "'dataset' must hold node features 'x' (got "
                "['edge_index', 'num_nodes']). Add some, e.g., with "
                "torch_geometric.transforms.Constant()"):
        train(bare, 'uniform', TrainingConfig())
