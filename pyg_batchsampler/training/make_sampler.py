from typing import Any, Dict

from pyg_batchsampler.sampler import StrategyBatchSampler, decay_restart_prob
from pyg_batchsampler.training.config import TrainingConfig

MIN_RESTART_PROB = 0.05  # of the paper's release


def make_sampler(name: str, num_instances: int, config: TrainingConfig,
                 seed: int) -> StrategyBatchSampler:
    r"""Makes the sampler of a name with the options in the settings."""
    options: Dict[str, Any] = dict(drop_last=config.drop_last,
                                   replacement=config.replacement, seed=seed)
    if name == 'proximity':
        restart_prob: Any = config.restart_prob
        if config.restart_decay > 0:
            restart_prob = decay_restart_prob(
                config.restart_prob, config.restart_decay,
                min(MIN_RESTART_PROB, config.restart_prob))
        options.update(restart_prob=restart_prob,
                       num_candidates=config.num_candidates,
                       num_neighbors=config.num_neighbors,
                       max_steps=config.max_steps, backend=config.backend,
                       min_recall=config.min_recall)
    return StrategyBatchSampler(num_instances, config.batch_size, name,
                                **options)
