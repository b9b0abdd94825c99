r"""What tells runs apart, so that none is repeated or taken for another."""

from dataclasses import MISSING, fields
from typing import Any, Dict, Optional, Type, Union

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.report.batch_report import MEASURES
from pyg_batchsampler.sampler import Strategy, make_strategy, strategy_names
from pyg_batchsampler.sampler.check_state import as_value
from pyg_batchsampler.training.config import TrainingConfig

UNTRAINED = 'untrained'  # stands among the samplers for none at all
# Settings of today, and what results call them that are older.
OLD_NAMES = {'similarity_source': 'embedding'}
# What results hold beside settings and options.
RESULTS = ['dataset', 'num_instances', 'sampler', 'seed', 'steps', 'epoch',
           'accuracy', 'instance_retrieval', 'mean_loss', *MEASURES]
TAKEN = {*RESULTS, *OLD_NAMES.values(),
         *(field.name for field in fields(TrainingConfig))}


def strategy_of(sampler: Union[str, Strategy]) -> Strategy:
    r"""Returns the strategy of a name with its default options, or the one
    given."""
    if isinstance(sampler, str):
        check_choice('sampler', sampler, strategy_names())
    return make_strategy(sampler)


def sampler_name(strategy: Optional[Strategy]) -> str:
    r"""Returns the name of a strategy, or that of its class where it was not
    registered.

    Example:
        >>> sampler_name(make_strategy('knn')), sampler_name(None)
        ('knn', 'untrained')
    """
    if strategy is None:
        return UNTRAINED
    return strategy.name or type(strategy).__name__


def option_columns(strategy: Type[Strategy]) -> Dict[str, str]:
    r"""Returns what results and flags call the options of a strategy: by
    their names, behind the name of the strategy where a setting has the same
    one.

    Example:
        >>> option_columns(type(make_strategy('proximity')))['num_neighbors']
        'num_neighbors'
    """
    own = strategy.name or strategy.__name__
    return {field.name: (f'{own}_{field.name}' if field.name in TAKEN or
                         field.name.endswith('_seconds') else field.name)
            for field in fields(strategy)}  # type: ignore[arg-type]


def default_of(field: Any) -> Any:
    r"""Returns the default of a field; :obj:`MISSING` if it has none."""
    if field.default_factory is not MISSING:
        return as_value(field.default_factory())
    return MISSING if field.default is MISSING else as_value(field.default)


def option_changes(strategy: Optional[Strategy]) -> Dict[str, Any]:
    r"""Returns the options that are not the defaults of a strategy.

    Example:
        >>> option_changes(make_strategy('proximity', num_neighbors=20))
        {'num_neighbors': 20}
    """
    if strategy is None:
        return {}
    values = strategy.options()
    return {field.name: as_value(values[field.name])
            for field in fields(strategy)  # type: ignore[arg-type]
            if as_value(values[field.name]) != default_of(field)}


def run_settings(strategy: Optional[Strategy],
                 config: TrainingConfig) -> Dict[str, Any]:
    r"""Returns what the result of a run depends on, beside seed and data
    set: the sampler, the settings of training, and the options of the
    strategy that is used; those of no other.

    Args:
        strategy (Strategy, optional): Which instances meet; :obj:`None` for a
            model that is not trained.
        config (TrainingConfig): The settings.

    Example:
        >>> proximity = make_strategy('proximity', num_neighbors=20)
        >>> run_settings(proximity, TrainingConfig())['num_neighbors']
        20
        >>> 'num_neighbors' in run_settings(make_strategy('knn'),
        ...                                 TrainingConfig())
        False
    """
    out = dict(sampler=sampler_name(strategy), **config.settings())
    if strategy is not None:
        values = strategy.options()
        for name, column in option_columns(type(strategy)).items():
            out[column] = as_value(values[name])
    return out


def default_settings(strategy: Optional[Strategy]) -> Dict[str, Any]:
    r"""Returns what results stand for that lack a setting or an option, since
    they came before it: its default, or what :meth:`option` says."""
    out: Dict[str, Any] = TrainingConfig().settings()
    if strategy is not None:
        columns = option_columns(type(strategy))
        for field in fields(strategy):  # type: ignore[arg-type]
            before = field.metadata.get('before', default_of(field))
            if before is not MISSING:
                out[columns[field.name]] = as_value(before)
    return out
