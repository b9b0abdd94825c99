from typing import Any, Callable, Literal, Optional, Union

import pytest

from pyg_batchsampler.cli.value_of import takes_none, value_of


@pytest.mark.parametrize('kind,text,expected', [
    (int, '8', 8), (float, '8', 8.0), (int, 'none', None), (int, 'NONE', None),
    (float, 'None', None)])
def test_numbers_that_may_be_none(kind: type, text: str,
                                  expected: Any) -> None:
    found = value_of(kind, takes_none=True).read(text)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize('kind', [int, float])
def test_what_is_no_number(kind: type) -> None:
    for may_be_none in [False, True]:
        with pytest.raises(ValueError, match='eight'):
            value_of(kind, may_be_none).read('eight')
    with pytest.raises(ValueError, match='none'):
        value_of(kind).read('none')


def test_names_for_help_and_errors() -> None:
    value: Any = value_of(float, takes_none=True)
    assert value.metavar == 'X|none'
    assert value.read.__name__ == 'float or none'  # argparse shows it
    assert value_of(int).read is int and value_of(int).metavar == 'N'


@pytest.mark.parametrize('hint,expected', [
    (Optional[int], True), (Union[None, float], True), (int, False),
    (Optional[str], False), (Union[float, Callable[[int], float]], False),
    (Optional[Callable[[int], int]], False), (Literal['a', 'b'], False)])
def test_types_that_take_none(hint: Any, expected: bool) -> None:
    assert takes_none(hint) == expected
