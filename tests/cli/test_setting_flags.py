import argparse
from typing import List, Optional

import pytest

from pyg_batchsampler.cli.setting_flags import add_setting_flags, config_from
from pyg_batchsampler.training import TrainingConfig


@pytest.mark.parametrize('args,center', [
    ([], None), (['--center'], True), (['--no-center'], False)])
def test_a_flag_that_may_be_left_open(args: List[str],
                                      center: Optional[bool]) -> None:
    parser = argparse.ArgumentParser()
    add_setting_flags(parser)
    assert config_from(parser.parse_args(args)) == TrainingConfig(
        center=center)
