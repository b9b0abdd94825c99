import argparse
from typing import List

import pytest

from pyg_batchsampler.cli.setting_flags import add_setting_flags, config_from
from pyg_batchsampler.training import TrainingConfig


@pytest.mark.parametrize('args,center', [([], False), (['--center'], True)])
def test_a_flag(args: List[str], center: bool) -> None:
    parser = argparse.ArgumentParser()
    add_setting_flags(parser)
    assert config_from(parser.parse_args(args)) == TrainingConfig(
        center=center)
