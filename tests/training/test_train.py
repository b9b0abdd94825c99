import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List

import pytest
import torch
from torch_geometric.data import Data

from pyg_batchsampler.cli import main
from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.training import TrainingConfig, embed_dataset, train
from pyg_batchsampler.training.objective import Model, make_model
from pyg_batchsampler.training.train import EpochResult, set_norm_statistics
from pyg_batchsampler.transforms import PPRDiffusion
from tests.helpers import raises, untouched_random_state

SMALL = TrainingConfig(epochs=3, batch_size=50, num_candidates=40)


def small_digits() -> Any:
    return Digits()[:150]


def flat(model: Model) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_what_is_not_given_follows_the_model() -> None:
    config = TrainingConfig()
    assert (config.loss, config.hidden_channels, config.features) == (
        'nt_xent', 32, 'label')
    config = TrainingConfig(model='mvgrl', num_layers=4)
    assert (config.loss, config.hidden_channels, config.num_layers) == (
        'jsd', 512, 4)
    with raises(ValueError, "'model' must be one of 'graph_cl', 'mvgrl' "
                "(got 'simclr')"):
        TrainingConfig(model='simclr')


@pytest.mark.parametrize('kwargs,message', [
    (dict(loss='x'), "'loss' must be one of 'dcl', 'graph_cl', 'hcl', "
     "'nt_xent' (got 'x')"),
    (dict(augmentations='node_dropping,x'), "'augmentations' must be names "
     "separated by commas, of 'edge_perturbation', 'feature_masking', "
     "'node_dropping', 'subgraph' (got 'node_dropping,x')"),
    (dict(augmented_views=3), "'augmented_views' must be 1 or 2 (got 3)"),
    (dict(beta=-1.0), "'beta' must be finite and not negative (got -1.0)"),
    (dict(num_workers=-1), "'num_workers' must be at least 0 (got -1)"),
    (dict(augmented_views=0),
     "'augmented_views' must be at least 1 (got 0)"),
    (dict(max_steps=0), "'max_steps' must be at least 1 (got 0)"),
    (dict(norm_statistics='precise', norm='layer'), "'norm_statistics' must "
     "not be set with 'norm' set to 'layer', which does not use it (got "
     "'precise'). Leave it out"),
    (dict(model='mvgrl', norm='layer'), "'norm' must not be set with 'model' "
     "set to 'mvgrl', which does not use it (got 'layer'). Leave it out"),
    (dict(tau_plus=0.2), "'tau_plus' must not be set with 'loss' set to "
     "'nt_xent', which does not use it (got 0.2). Leave it out"),
    (dict(model='mvgrl', temperature=0.5), "'temperature' must not be set "
     "with 'loss' set to 'jsd', which does not use it (got 0.5). Leave it "
     "out"),
    (dict(similar_ratio=0.3), "'similar_ratio' must not be set with "
     "'false_negatives' set to 'kept', which does not use it (got 0.3). "
     "Leave it out"),
    (dict(subgraph_ratio=0.3), "'subgraph_ratio' must not be set with "
     "'augmentations' set to 'node_dropping,feature_masking', which does not "
     "use it (got 0.3). Leave it out"),
    (dict(augmentations='subgraph', augmentation_ratio=0.3),
     "'augmentation_ratio' must not be set with 'augmentations' set to "
     "'subgraph', which does not use it (got 0.3). Leave it out"),
    (dict(min_recall=0.5), "'min_recall' must not be set with 'backend' set "
     "to 'auto', which does not use it (got 0.5). Leave it out"),
    (dict(drop_last=True), "'batch_size' must be at most the number of "
     "graphs, 100, with 'drop_last' (got 128)"),
])
def test_bad_settings(kwargs: Dict[str, Any], message: str) -> None:
    with raises(ValueError, message):
        TrainingConfig(**kwargs).check(100)


@pytest.mark.parametrize('kwargs', [
    dict(loss='dcl'), dict(loss='hcl'), dict(loss='graph_cl'),
    dict(norm_statistics='precise'), dict(norm='layer'),
    dict(precision='bfloat16'),
    dict(false_negatives='similar'), dict(false_negatives='duplicates'),
    dict(false_negatives='labels'), dict(false_negatives='shared_neighbors'),
    dict(embedding='encoder'),
    dict(restart_decay=0.1, replacement=True), dict(drop_last=True),
    dict(augmentations='edge_perturbation,feature_masking,subgraph'),
    dict(augmented_views=1), dict(num_workers=1), dict(max_steps=100),
])
def test_every_option_trains(kwargs: Dict[str, Any]) -> None:
    losses: List[float] = []

    def on_epoch(epoch: EpochResult, model: Model) -> None:
        losses.append(epoch.loss)
        assert bool(epoch.embedding.isfinite().all())

    dataset = small_digits()
    config = replace(SMALL, **kwargs)
    with untouched_random_state():
        trained = train(dataset, 'proximity', config, on_epoch=on_epoch)
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
    ({}, 'num_candidates', 80), ({}, 'num_neighbors', 9),
    ({}, 'restart_prob', 0.6), ({}, 'refresh_interval', 1),
    ({}, 'warmup_epochs', 2), ({}, 'replacement', True)])
def test_every_setting_changes_training(base: Dict[str, Any], name: str,
                                        value: Any) -> None:
    config, dataset = replace(SMALL, **base), small_digits()
    first, second = (flat(train(dataset, 'proximity', each).model) for each in
                     [config, replace(config, **{name: value})])
    assert not first.equal(second)


@pytest.mark.parametrize('loss', ['jsd', 'nt_xent'])
def test_mvgrl(loss: str) -> None:
    dataset = Digits(PPRDiffusion())[:100]
    config = TrainingConfig(model='mvgrl', loss=loss, hidden_channels=16,
                            epochs=8, batch_size=32)
    losses: List[float] = []
    trained = train(dataset, 'proximity', config,
                    on_epoch=lambda epoch, _: losses.append(epoch.loss))
    assert losses[-1] < losses[0]
    assert trained.seconds['sampling'] > 0


@pytest.mark.parametrize('sampler,kwargs', [
    ('proximity', {}),
    ('proximity', dict(embedding='encoder', false_negatives='similar')),
    ('uniform', dict(false_negatives='duplicates')),
    ('proximity', dict(false_negatives='shared_neighbors')),
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
        assert sum(steps) == 3 * epochs
    assert flat(model).equal(flat(whole))
    assert [p.name for p in tmp_path.iterdir()] == ['run.checkpoint']


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


def test_precise_norm_statistics_are_those_of_the_data_set() -> None:
    dataset = small_digits()
    running = replace(SMALL, batch_size=len(dataset))
    weights = []
    for config in [running, replace(running, norm_statistics='precise')]:
        model: Any = train(dataset, 'uniform', config).model
        weights.append(flat(model))
        outputs: List[torch.Tensor] = []
        norm = model.encoder.norms[0]
        norm.register_forward_hook(
            lambda _, args, out, outputs=outputs: outputs.append(out))
        embed_dataset(model, dataset)
        out = torch.cat(outputs)
        is_normalized = bool(out.mean(dim=0).allclose(norm.module.bias,
                                                      atol=1e-4))
        assert is_normalized == (config.norm_statistics == 'precise')
    assert weights[0].equal(weights[1])


def test_precise_norm_statistics_hardly_depend_on_the_batch_size() -> None:
    dataset = small_digits()
    variance: List[torch.Tensor] = []
    for batch_size in [150, 149, 74]:  # not: a rest counts as much
        config = replace(SMALL, batch_size=batch_size,
                         norm_statistics='precise')
        model: Any = make_model(dataset, config, seed=0)
        set_norm_statistics(model, dataset, config, seed=0)
        variance.append(model.encoder.norms[0].module.running_var)
    for other in variance[1:]:
        torch.testing.assert_close(other, variance[0], rtol=0.1, atol=0.1)


def test_labels_that_are_not_there() -> None:
    dataset = Digits()[:60].copy()
    del dataset._data.y
    dataset.slices.pop('y')
    with raises(ValueError, "'false_negatives' must not be 'labels' for a "
                "data set without labels. Use, e.g., 'similar'"):
        train(dataset, 'uniform', replace(SMALL, false_negatives='labels'))


def test_checkpoints_of_other_runs(tmp_path: Path) -> None:
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
    with pytest.raises(ValueError, match='is no checkpoint of this package'):
        train(small_digits(), 'uniform', SMALL, checkpoint=path)


def test_features_that_are_not_finite() -> None:
    dataset = Digits()[:60].copy()
    dataset._data.x[:, 0] = float('nan')
    with pytest.raises(RuntimeError, match='gradient of epoch 1 is not '
                       "finite .* The features 'x' of graph 0 are not"):
        train(dataset, 'uniform', SMALL)


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


def test_train_command(tmp_path: Path,
                       capsys: pytest.CaptureFixture[str]) -> None:
    args = ['train', '--epochs', '1', '--batch-size', '600', '--out',
            str(tmp_path)]
    assert main(args) == 0
    out = capsys.readouterr().out
    assert 'digits: 1797 graphs, 10 classes. graph_cl with nt_xent' in out
    assert 'accuracy, 10-fold linear probe: ' in out
    folder = tmp_path / 'digits'
    files = sorted(path.name for path in folder.iterdir())
    name = files[0].removesuffix('.checkpoint')
    assert name.startswith('graph_cl-proximity-0-')
    assert files == [f'{name}.checkpoint', f'{name}.embedding.pt',
                     f'{name}.model.pt', f'{name}.settings.json']
    settings = json.loads((folder / files[-1]).read_text())
    assert TrainingConfig(**settings) == TrainingConfig(epochs=1,
                                                        batch_size=600)
    embedding = torch.load(folder / f'{name}.embedding.pt')
    assert embedding.size() == (1797, 96)
    assert main(args) == 0  # nothing left to train, the same files
    assert embedding.equal(torch.load(folder / f'{name}.embedding.pt'))
    assert main([*args, '--norm', 'layer']) == 0  # files of its own
    assert len(list(folder.iterdir())) == 8
    assert embedding.equal(torch.load(folder / f'{name}.embedding.pt'))


def test_checkpoints_from_before_a_setting(tmp_path: Path) -> None:
    path = tmp_path / 'run.checkpoint'
    train(small_digits(), 'uniform', SMALL, checkpoint=path)
    state = torch.load(path)
    del state['key']['norm']
    torch.save(state, path)
    steps: List[int] = []
    train(small_digits(), 'uniform', SMALL, on_step=steps.append,
          checkpoint=path)
    assert steps == [9]
