r"""How the row of a run is found again."""

from typing import Optional

from pyg_batchsampler.experiments.rows import History, Row
from pyg_batchsampler.sampler import Strategy
from pyg_batchsampler.training import TrainingConfig
from pyg_batchsampler.training.run_settings import (OLD_NAMES,
                                                    default_settings,
                                                    run_settings)


def history_of(strategy: Optional[Strategy]) -> History:
    r"""Returns how rows of a strategy are read that are older than a setting
    or an option."""
    return History(default_settings(strategy), OLD_NAMES)


def run_key(strategy: Optional[Strategy], config: TrainingConfig) -> Row:
    r"""Returns what the rows of all seeds on all data sets agree in: sampler,
    settings, and the options of that sampler. An option that others use is
    not part of it, so that no baseline is run anew because it has changed.

    Args:
        strategy (Strategy, optional): Which instances meet; :obj:`None` for a
            model that is not trained.
        config (TrainingConfig): The settings.

    Example:
        >>> run_key(None, TrainingConfig())['sampler']
        'untrained'
    """
    defaults = default_settings(strategy)
    # An empty cell stands for None and for an option that is not there yet.
    return {name: 'None' if value is None and
            defaults.get(name) is not None else value
            for name, value in run_settings(strategy, config).items()}
