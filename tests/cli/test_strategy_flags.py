import argparse
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Literal, Optional, Union

import pytest
from torch import Tensor

from pyg_batchsampler.cli.parser import make_parser
from pyg_batchsampler.cli.strategy_flags import strategies_from, strategy_flags
from pyg_batchsampler.sampler import (Proximity, Request, Strategy, option,
                                      register_strategy)
from pyg_batchsampler.sampler.registry import STRATEGIES
from tests.helpers import raises


class Shuffled(Strategy):
    def order(self, request: Request) -> Tensor:
        return request.remaining


@dataclass(frozen=True)
class Mine(Shuffled):
    size: int = option(3, '100 % of what a group holds')
    share: Optional[float] = None
    kind: Literal['near', 'far'] = 'near'
    metric: str = option('cosine', choices=['cosine', 'dot'])
    is_soft: bool = True
    weight: Union[float, Callable[[int], float]] = 0.5
    schedule: Optional[Callable[[int], int]] = None  # cannot be typed
    num_neighbors: Optional[int] = 7  # as proximity has
    backend: int = 0  # of another type than that of proximity
    temperature: float = 1.0  # a setting, too
    out: str = 'x'  # a flag, too


@dataclass(frozen=True)
class Needy(Shuffled):
    size: int
    places: Any = field(default_factory=list)
    max_steps: int = 5  # never none, unlike that of proximity


@pytest.fixture(autouse=True)
def strategies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr('pyg_batchsampler.sampler.registry.STRATEGIES',
                        STRATEGIES)
    before = dict(STRATEGIES)
    register_strategy('mine')(Mine)
    register_strategy('needy')(Needy)
    yield
    STRATEGIES.clear()
    STRATEGIES.update(before)


def parse(*args: str) -> argparse.Namespace:
    return make_parser().parse_args(['compare', *args])


def test_options_have_the_types_of_their_fields() -> None:
    args = parse('--size', '4', '--share', '0.5', '--kind', 'far', '--metric',
                 'dot', '--no-is-soft', '--weight', '2', '--num-neighbors',
                 '9', '--backend', 'dense', '--mine-backend', '1',
                 '--mine-temperature', '0.1', '--temperature', '0.3',
                 '--mine_out', 'y', '--out', 'z')
    mine, proximity = strategies_from(args, ['mine', 'proximity', 'mine'])
    assert mine == Mine(4, 0.5, 'far', 'dot', False, 2.0, None, 9, 1, 0.1, 'y')
    assert proximity == Proximity(num_neighbors=9, backend='dense')
    assert (args.temperature, args.out) == (0.3, 'z')


def test_what_is_not_given_has_the_default_of_each() -> None:
    mine, proximity = strategies_from(parse(), ['mine', 'proximity'])
    assert mine == Mine() and proximity == Proximity()


@pytest.mark.parametrize('none', ['none', 'None', 'NONE'])
def test_numbers_that_may_be_none(none: str) -> None:
    args = parse('--walk-size', none, '--num-candidates', none, '--share',
                 none, '--num-neighbors', none, '--refresh-interval', none,
                 '--backend', 'auto')
    mine, proximity = strategies_from(args, ['mine', 'proximity'])
    assert mine == Mine(share=None, num_neighbors=None)
    assert proximity == Proximity(walk_size=None)
    assert args.refresh_interval is None


def test_numbers_that_may_be_none_for_others() -> None:
    assert strategies_from(parse('--max-steps', 'none'), ['proximity']) == [
        Proximity(max_steps=None)]
    args = parse('--max-steps', 'none', '--size', '2')
    with raises(ValueError, "'--max-steps' must be a number for 'needy' (got "
                'none)'):
        strategies_from(args, ['needy', 'proximity'])


def test_options_without_a_default_must_be_given() -> None:
    with raises(ValueError, "'--size' must be given for 'needy': it has no "
                'default'):
        strategies_from(parse(), ['mine', 'needy'])
    _, needy = strategies_from(parse('--size', '2'), ['mine', 'needy'])
    assert needy == Needy(2)


def test_flags_that_nobody_uses_say_whose_they_are() -> None:
    with raises(ValueError, "'--num-neighbors' belongs to 'proximity' and "
                "'mine', which are not used (got 'uniform'). Leave it out"):
        strategies_from(parse('--num-neighbors', '3'), ['uniform'])


@pytest.mark.parametrize('args', [['--size', 'x'], ['--kind', 'nearest'],
                                  ['--metric', 'l2'], ['--schedule', '1'],
                                  ['--size', 'none'],
                                  ['--restart-prob', 'none']])
def test_bad_values(args: Any) -> None:
    with pytest.raises(SystemExit, match='^2$'):
        parse(*args)


def test_bad_values_where_none_is_one(
        capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match='^2$'):
        parse('--walk-size', 'all')
    assert capsys.readouterr().err.endswith(
        "error: argument --walk-size: invalid int or none value: 'all'\n")


def test_help_shows_whose_options_they_are(
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('COLUMNS', '200')
    with pytest.raises(SystemExit, match='^0$'):
        parse('--help')
    text = ' '.join(capsys.readouterr().out.split())
    for part in ['options of proximity:', 'options of mine:',
                 'options of proximity and mine:',
                 '100 % of what a group holds (default: 3 for mine, to be '
                 'given for needy)', '--walk-size N|none', '--share X|none',
                 '--size N 100', '--refresh-interval N|none',
                 'neighbors K kept of them; None: M / 50 (default: None for '
                 'proximity, 7 for mine)',
                 '--metric {cosine,dot}', '--is-soft, --no-is-soft']:
        assert part in text, part
    assert '--schedule' not in text and '--places' not in text


def test_every_option_of_the_package_has_its_line() -> None:
    flags = strategy_flags()
    for name in ['knn', 'proximity', 'uniform']:
        for flag in flags.values():
            if name in flag.options:
                assert flag.help
