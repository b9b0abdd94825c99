import pytest

from pyg_batchsampler.experiments.contenders import contenders_of
from pyg_batchsampler.sampler import make_strategy


def test_each_once_and_in_order() -> None:
    soft = make_strategy('proximity', num_neighbors=20)
    found = contenders_of(['untrained', 'knn', soft, 'knn', soft])
    assert [each.label for each in found] == ['untrained', 'knn', 'proximity']
    assert [each.strategy for each in found] == [None, make_strategy('knn'),
                                                 soft]


def test_options_tell_strategies_of_one_name_apart() -> None:
    found = contenders_of([
        make_strategy('proximity', num_neighbors=2, max_steps=9), 'knn',
        make_strategy('proximity', num_neighbors=3)])
    assert [each.label for each in found] == [
        'proximity(num_neighbors=2, max_steps=9)', 'knn',
        'proximity(num_neighbors=3)']


@pytest.mark.parametrize('name', ['proximty', ''])
def test_unknown_names(name: str) -> None:
    with pytest.raises(ValueError, match=r"^'sampler' must be one of "
                       rf"'bandwidth', .*'untrained' \(got '{name}'\)$"):
        contenders_of(['uniform', name])
    with pytest.raises(TypeError, match=r"must be a name or a Strategy \(got "
                       r"int\)\. Available: 'bandwidth', 'chain'"):
        contenders_of([3])  # type: ignore[list-item]
