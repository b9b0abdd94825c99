r"""Settings of training that cannot be, or that nothing uses."""

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from pyg_batchsampler.checks import (check_choice, check_device, check_integer,
                                     check_non_negative, check_positive,
                                     check_probability)
from pyg_batchsampler.training.choices import CHOICES, PAIR_LOSSES
from pyg_batchsampler.training.views import augmentation_names

if TYPE_CHECKING:
    from pyg_batchsampler.training.config import TrainingConfig

VIEWS = ['augmentations', 'augmentation_ratio', 'augmented_views',
         'subgraph_ratio']  # settings that only GraphCL uses
LOSS_SETTINGS = {name for _, names in PAIR_LOSSES.values() for name in names}


def check_settings(config: 'TrainingConfig',
                   num_instances: Optional[int] = None) -> None:
    r"""Raises an error for what cannot be, on that many instances if their
    number is known."""
    _check_values(config)
    changes = config.changes()
    for name, (setting, value) in _without_effect(config).items():
        if name in changes:
            raise ValueError(f"'{name}' must not be set with '{setting}' "
                             f"set to {value!r}, which does not use it "
                             f"(got {getattr(config, name)!r}). Leave it "
                             "out")
    check_device('device', config.device)
    if num_instances is not None:
        _check_size(config, num_instances)


def _check_values(config: 'TrainingConfig') -> None:
    if config.loss == 'jsd' and config.model != 'mvgrl':
        raise ValueError("'loss' must compare graphs (got 'jsd', which "
                         "compares nodes with graphs). Use it with "
                         "'model' set to 'mvgrl'")
    for name, low in [('epochs', 1), ('batch_size', 2),
                      ('hidden_channels', 1), ('num_layers', 1),
                      ('augmented_views', 1), ('num_workers', 0),
                      ('warmup_epochs', 0)]:
        check_integer(name, getattr(config, name), low)
    if config.refresh_interval is not None:
        check_integer('refresh_interval', config.refresh_interval, low=1)
    for name in ['replacement', 'drop_last', 'center']:
        if not isinstance(getattr(config, name), bool):
            raise TypeError(f"'{name}' must be True or False "
                            f"(got {getattr(config, name)!r})")
    for name in ['lr', 'temperature', 'max_grad_norm']:
        check_positive(name, getattr(config, name))
    check_non_negative('beta', config.beta)
    for name in ['augmentation_ratio', 'held_out', 'similar_ratio',
                 'subgraph_ratio', 'tau_plus']:
        check_probability(name, getattr(config, name))
    if config.augmented_views > 2:
        raise ValueError("'augmented_views' must be 1 or 2 "
                         f"(got {config.augmented_views})")
    for name, choices in CHOICES.items():
        if config.model != 'mvgrl':
            choices = [choice for choice in choices if choice != 'jsd']
        check_choice(name, getattr(config, name), choices)


def _without_effect(
        config: 'TrainingConfig') -> Dict[str, Tuple[str, Any]]:
    r"""Returns the settings that nothing uses, each with the setting that is
    why, and its value."""
    _, used = PAIR_LOSSES.get(str(config.loss), (None, []))
    out = dict.fromkeys(sorted(LOSS_SETTINGS - {*used}), 'loss')
    if config.false_negatives not in ['shared_neighbors', 'similar']:
        out['similar_ratio'] = 'false_negatives'
    names = augmentation_names(config.augmentations)
    if 'subgraph' not in names:
        out['subgraph_ratio'] = 'augmentations'
    if set(names) == {'subgraph'}:
        out['augmentation_ratio'] = 'augmentations'
    if config.norm != 'batch':
        out['norm_statistics'] = 'norm'
    if config.model != 'graph_cl':
        out.update(dict.fromkeys(VIEWS, 'model'))
    if config.model == 'mvgrl':
        out.update(norm='model', norm_statistics='model')
    return {name: (why, getattr(config, why)) for name, why in out.items()}


def _check_size(config: 'TrainingConfig', num_instances: int) -> None:
    if num_instances < 2:
        raise ValueError("'dataset' must hold at least two graphs "
                         f"(got {num_instances}): one has no negatives")
    num_trained = config.num_trained(num_instances)
    if config.held_out > 0 and (
            min(num_trained, num_instances - num_trained) < 2):
        raise ValueError("'held_out' must leave two graphs or more on either "
                         f"side (got {config.held_out} of {num_instances})")
    if config.num_batches(num_instances) < 1:
        raise ValueError("'batch_size' must be at most the number of "
                         f"graphs, {num_trained}, with 'drop_last' "
                         f"(got {config.batch_size})")
