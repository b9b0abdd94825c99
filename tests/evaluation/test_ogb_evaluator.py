import sys

import pytest

from pyg_batchsampler.evaluation.ogb_evaluator import (_no_update_check,
                                                        ogb_evaluator)
from tests.helpers import raises


def test_metric() -> None:
    assert ogb_evaluator('ogbg-molhiv').eval_metric == 'rocauc'
    assert ogb_evaluator('ogbg-molpcba').num_tasks == 128
    assert ogb_evaluator('ogbg-molesol').eval_metric == 'rmse'


@pytest.mark.parametrize('name', ['ogbg-ppa', 'ogbg-code2', 'ogbg-molhivv'])
def test_unknown_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with raises(ValueError, "'name' must be a data set of OGB scored by ap, "
                f"rmse, rocauc (got '{name}'). Available: 'ogbg-molbace', "
                "'ogbg-molbbbp', 'ogbg-molchembl', 'ogbg-molclintox', "
                "'ogbg-molesol', 'ogbg-molfreesolv', 'ogbg-molhiv', "
                "'ogbg-mollipo', 'ogbg-molmuv', 'ogbg-molpcba', "
                "'ogbg-molsider', 'ogbg-moltox21', 'ogbg-moltoxcast'"):
        ogb_evaluator(name)
    assert capsys.readouterr() == ('', '')


def test_no_update_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('ogb', 'outdated'):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with _no_update_check(), pytest.raises(ImportError):
        import outdated  # type: ignore[import-untyped]  # noqa: F401
    assert 'outdated' not in sys.modules
