r"""What is compared, each under a label of its own."""

from collections import Counter
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.sampler import Strategy, make_strategy, strategy_names
from pyg_batchsampler.training.run_settings import (UNTRAINED, option_changes,
                                                    sampler_name)


class Contender(NamedTuple):
    r"""One of those that are compared.

    Args:
        label (str): What tables call it.
        strategy (Strategy, optional): Which instances meet; :obj:`None` for a
            model that is not trained.
    """
    label: str
    strategy: Optional[Strategy]


def contenders_of(
        samplers: Sequence[Union[str, Strategy]]) -> List[Contender]:
    r"""Returns the strategies of names, as they are given, each once. Those
    of one name are told apart by their options.

    Args:
        samplers (list): Names, :obj:`"untrained"` among them, or strategies.

    Example:
        >>> knn, soft = contenders_of(['knn', make_strategy(
        ...     'proximity', num_neighbors=20)])
        >>> knn.label, soft.label
        ('knn', 'proximity')
        >>> contenders_of(['proximity', soft.strategy])[1].label
        'proximity(num_neighbors=20)'
    """
    strategies: Dict[str, Optional[Strategy]] = {}
    for sampler in samplers:
        if isinstance(sampler, str):
            check_choice('sampler', sampler, [*strategy_names(), UNTRAINED])
        strategy = None if sampler == UNTRAINED else make_strategy(sampler)
        strategies.setdefault(describe_strategy(strategy), strategy)
    count = Counter(map(sampler_name, strategies.values()))
    return [Contender(text if count[sampler_name(strategy)] > 1 else
                      sampler_name(strategy), strategy)
            for text, strategy in strategies.items()]


def describe_strategy(strategy: Optional[Strategy]) -> str:
    r"""Returns the name of a strategy and the options that are not its
    defaults.

    Example:
        >>> describe_strategy(make_strategy('proximity', max_steps=100))
        'proximity(max_steps=100)'
    """
    changes: Dict[str, Any] = option_changes(strategy)
    options = ', '.join(f'{name}={value}' for name, value in changes.items())
    return sampler_name(strategy) + f'({options})' * bool(changes)
