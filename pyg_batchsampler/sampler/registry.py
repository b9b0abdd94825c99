r"""Strategies by name."""

from dataclasses import fields
from typing import Any, Callable, Dict, List, Type, TypeVar, Union

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.sampler.strategy import Strategy

STRATEGIES: Dict[str, Type[Strategy]] = {}
Class = TypeVar('Class', bound=Type[Strategy])


def register_strategy(name: str) -> Callable[[Class], Class]:
    r"""Gives a class of strategies a name, by which samplers, the loader,
    :meth:`train`, :meth:`compare_samplers` and the command line find it.

    Args:
        name (str): The name. One that is taken already is an error, unless
            the same class is defined anew, *e.g.*, in a notebook.

    Raises:
        TypeError: If it is no class of strategies, or no dataclass.
        ValueError: If the name is none, or is taken.

    Example:
        >>> from dataclasses import dataclass
        >>> @register_strategy('in_order')
        ... @dataclass(frozen=True)
        ... class InOrder(Strategy):
        ...     uses_embedding = False
        ...
        ...     def order(self, request):
        ...         return request.remaining.sort().values
        >>> list(StrategyBatchSampler(4, 3, 'in_order'))
        [[0, 1, 2], [3]]
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError("'name' must be made of letters, digits and "
                         f"underscores, e.g., 'random_groups' (got {name!r})")

    def register(cls: Class) -> Class:
        if not (isinstance(cls, type) and issubclass(cls, Strategy)):
            raise TypeError("only classes derived from Strategy can be "
                            f"registered (got {cls!r})")
        _check_dataclass(cls)
        other = STRATEGIES.get(name, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__,
                                                      cls.__qualname__):
            raise ValueError(f"the name '{name}' is taken by "
                             f"{other.__module__}.{other.__qualname__}. "
                             "Choose another")
        cls.name = name
        STRATEGIES[name] = cls
        return cls

    return register


def _check_dataclass(cls: Type[Strategy]) -> None:
    if '__dataclass_fields__' not in vars(cls):
        raise TypeError(f"{cls.__name__} must be a dataclass, whose fields "
                        "are its options. Put @dataclass(frozen=True) above "
                        "the class")


def strategy_names() -> List[str]:
    r"""Returns the names of all strategies, sorted.

    Example:
        >>> {'knn', 'proximity', 'uniform'} <= {*strategy_names()}
        True
    """
    return sorted(STRATEGIES)


def option_names(strategy: Type[Strategy]) -> List[str]:
    r"""Returns the names of the options of a class of strategies."""
    return [each.name for each in fields(strategy)]  # type: ignore[arg-type]


def make_strategy(strategy: Union[str, Strategy],
                  **options: Any) -> Strategy:
    r"""Returns the strategy of a name with some options, or the one given.

    Args:
        strategy (str or Strategy): The name, or a strategy.
        **options (optional): Its options, if given by name.

    Raises:
        TypeError: If it has no such option.
        ValueError: If there is none of that name.

    Example:
        >>> make_strategy('proximity', num_neighbors=20).num_neighbors
        20
    """
    if isinstance(strategy, Strategy):
        _check_dataclass(type(strategy))
        for name, value in options.items():
            raise TypeError(f"'{name}' must be given to the strategy, since "
                            f"it is one already (got {value!r}): "
                            f"{type(strategy).__name__}({name}={value!r})")
        return strategy
    if not isinstance(strategy, str):
        raise TypeError("'strategy' must be a name or a Strategy "
                        f"(got {type(strategy).__name__}). Available: "
                        f"{', '.join(map(repr, strategy_names()))}")
    cls = STRATEGIES[check_choice('strategy', strategy, strategy_names())]
    known = option_names(cls)
    for name, value in options.items():
        if name not in known:
            raise TypeError(
                f"'{name}' is no option of the strategy '{strategy}' (got "
                f"{value!r}). {_hint(name, known)}")
    return cls(**options)


def _hint(name: str, known: List[str]) -> str:
    users = [other for other in strategy_names()
             if name in option_names(STRATEGIES[other])]
    if users:
        return f"It belongs to {' and '.join(map(repr, users))}: leave it out"
    if known:
        return f"Options: {', '.join(known)}"
    return 'It has none: leave it out'
