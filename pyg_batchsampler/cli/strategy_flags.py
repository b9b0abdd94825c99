r"""The flags of strategies, made of their own fields."""

import argparse
from dataclasses import MISSING, dataclass, field, fields
from typing import (Any, Dict, List, Literal, Optional, Sequence, Set, Type,
                    Union, get_args, get_origin, get_type_hints)

from pyg_batchsampler.cli.value_of import METAVARS, takes_none, value_of
from pyg_batchsampler.sampler import Strategy, make_strategy, strategy_names
from pyg_batchsampler.sampler.registry import STRATEGIES
from pyg_batchsampler.training.run_settings import (default_of,
                                                    option_columns)

# What the command line calls so already.
OTHERS = ['command', 'help', 'import', 'modules', 'out', 'root', 'samplers',
          'seeds']


@dataclass
class Flag:
    r"""A flag that sets an option of one strategy or several.

    Args:
        kind (type): What its value is: :class:`bool`, :class:`int`,
            :class:`float` or :class:`str`.
        choices (list, optional): All values it may have.
        help (str): A line for :obj:`--help`.
        options (dict): Which option it sets, by strategy.
        defaults (dict): The default of that option, by strategy.
        takes_none (set): The strategies whose option may be :obj:`None`.
    """
    kind: type
    choices: Optional[Sequence[str]]
    help: str
    options: Dict[str, str]
    defaults: Dict[str, Any]
    takes_none: Set[str] = field(default_factory=set)


def strategy_flags() -> Dict[str, Flag]:
    r"""Returns the flags of all strategies that are registered.

    Example:
        >>> strategy_flags()['num_neighbors'].options['proximity']
        'num_neighbors'
    """
    out: Dict[str, Flag] = {}
    for strategy, cls in STRATEGIES.items():
        hints, names = get_type_hints(cls), option_columns(cls)
        for each in fields(cls):  # type: ignore[arg-type]
            hint, name = hints[each.name], names[each.name]
            kind = _kind_of(hint)
            if kind is None:  # nothing that can be typed
                continue
            choices = each.metadata.get('choices') or _choices(hint)
            text = each.metadata.get('help', '')
            other = out.get(name, Flag(kind, choices, text, {}, {}))
            if name in OTHERS or (other.kind, other.choices) != (kind,
                                                                 choices):
                name = f'{strategy}_{each.name}'
            flag = out.setdefault(name, Flag(kind, choices, text, {}, {}))
            flag.options[strategy] = each.name
            flag.defaults[strategy] = default_of(each)
            if takes_none(hint):
                flag.takes_none.add(strategy)
    return out


def add_strategy_flags(command: argparse.ArgumentParser) -> None:
    r"""Adds the flags of all strategies, in a group for each of those that
    share some."""
    groups: Dict[str, Any] = {}
    for name, flag in strategy_flags().items():
        title = f'options of {" and ".join(flag.options)}'
        if title not in groups:
            groups[title] = command.add_argument_group(title)
        kind: Dict[str, Any] = dict(action=argparse.BooleanOptionalAction)
        if flag.kind is not bool:
            value = value_of(flag.kind, bool(flag.takes_none))
            kind = dict(type=value.read, choices=flag.choices,
                        metavar=None if flag.choices else value.metavar)
        # What is not given is told from what is given as the default.
        groups[title].add_argument(
            '--' + name.replace('_', '-'), dest=name,
            default=argparse.SUPPRESS, help=_help(flag).replace('%', '%%'),
            **kind)


def strategies_from(args: argparse.Namespace,
                    samplers: List[str]) -> List[Strategy]:
    r"""Returns the strategies of some names with the options that the flags
    say.

    Raises:
        ValueError: If there is none of a name, or a flag belongs to none of
            them.
    """
    samplers = list(dict.fromkeys(samplers))
    for sampler in samplers:
        if sampler not in strategy_names():
            known = ', '.join(map(repr, strategy_names()))
            raise ValueError(f"unknown sampler {sampler!r}. Available: "
                             f"{known}. Import your own with --import MODULE")
    options: Dict[str, Dict[str, Any]] = {name: {} for name in samplers}
    for name, flag in strategy_flags().items():
        if name in args:
            users = [each for each in samplers if each in flag.options]
            if not users:
                owners = ' and '.join(map(repr, flag.options))
                raise ValueError(
                    f"'--{name.replace('_', '-')}' belongs to {owners}, which "
                    f"{'is' if len(flag.options) == 1 else 'are'} not used "
                    f"(got {', '.join(map(repr, samplers))}). Leave it out")
            for user in users:
                value = getattr(args, name)
                if value is None and user not in flag.takes_none:
                    raise ValueError(
                        f"'--{name.replace('_', '-')}' must be a number for "
                        f"'{user}' (got none)")
                options[user][flag.options[user]] = value
        for user in samplers:
            if (flag.defaults.get(user) is MISSING
                    and flag.options[user] not in options[user]):
                raise ValueError(f"'--{name.replace('_', '-')}' must be given "
                                 f"for '{user}': it has no default")
    return [make_strategy(name, **options[name]) for name in samplers]


def _help(flag: Flag) -> str:
    r"""Returns its line with the default, or with that of each strategy."""
    defaults = {name: 'to be given' if value is MISSING else str(value)
                for name, value in flag.defaults.items()}
    text = ', '.join(f'{value} for {name}' for name, value in defaults.items())
    if len(set(defaults.values())) == 1:
        text = [*defaults.values()][0]
    return f'{flag.help} (default: {text})'.strip()


def _kind_of(hint: Any) -> Optional[Type[Any]]:
    r"""Returns the type of what is typed, if that can be.

    Example:
        >>> _kind_of(Optional[int]), _kind_of(Literal['a', 'b'])
        (<class 'int'>, <class 'str'>)
    """
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0])
    if get_origin(hint) is Union:  # of a number and None, or a function
        hint = get_args(hint)
    for each in hint if isinstance(hint, tuple) else [hint]:
        if each in METAVARS:
            kind: Type[Any] = each
            return kind
    return None


def _choices(hint: Any) -> Optional[Sequence[str]]:
    return get_args(hint) if get_origin(hint) is Literal else None
