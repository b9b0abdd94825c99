import argparse
from typing import Any, Dict, List

import pytest

from pyg_batchsampler.cli.setting_flags import add_setting_flags, config_from
from pyg_batchsampler.training import TrainingConfig


@pytest.mark.parametrize('args, settings', [
    ([], {}), (['--center'], dict(center=True)),
    (['--norm', 'layer'], dict(norm='layer')),
    (['--norm', 'none'], dict(norm=None))])
def test_a_flag(args: List[str], settings: Dict[str, Any]) -> None:
    parser = argparse.ArgumentParser()
    add_setting_flags(parser)
    assert config_from(parser.parse_args(args)) == TrainingConfig(
        **settings)
