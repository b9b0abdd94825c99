import pytest

from pyg_batchsampler.evaluation.ogb_evaluator import ogb_evaluator
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
