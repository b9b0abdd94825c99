from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, List, Optional, Sequence,
                    Union)

import pandas as pd
from tqdm import tqdm

from pyg_batchsampler.experiments.contenders import (Contender, contenders_of,
                                                     describe_strategy)
from pyg_batchsampler.experiments.experiment import Experiment, count, mark_of
from pyg_batchsampler.experiments.plot_course import plot_course
from pyg_batchsampler.experiments.rows import (Row, append_rows, matching,
                                               read_rows)
from pyg_batchsampler.experiments.run_key import history_of, run_key
from pyg_batchsampler.experiments.run_once import run_once, run_untrained
from pyg_batchsampler.experiments.summary_table import (LEGEND, SAME_LABEL,
                                                        summary_table)
from pyg_batchsampler.sampler import Strategy, StrategyBatchSampler
from pyg_batchsampler.training.run_settings import option_changes

NUM_PROBES = 5  # over training, for the plot
FOUND_BY = dict(dual_encoder='their descriptions',
                graph_cl='augmented copies of them',
                mvgrl='their second views')


class Comparison:
    r"""The same training with different samplers: runs what is missing, and
    shows what it comes to.

    Args:
        experiment (Experiment): Data set and settings.
        samplers (list): Names of strategies, :obj:`"untrained"` among them,
            or strategies, see :meth:`compare_samplers`.
        seeds (Iterable[int]): The seeds, one run per sampler each.

    Raises:
        ValueError: If there is nothing to evaluate with, a sampler is
            unknown, or settings do not fit each other or the data set.
    """
    def __init__(self, experiment: Experiment,
                 samplers: Sequence[Union[str, Strategy]],
                 seeds: Iterable[int]):
        config, dataset = experiment.config, experiment.dataset
        if experiment.label is None and config.held_out == 0:
            raise ValueError(
                f"'{experiment.name}' has no labels to evaluate with. Hold "
                "graphs out, to see how often they are found ('held_out', "
                "e.g., 0.2), or use the command 'train'")
        config.check(len(dataset))
        self.experiment = experiment
        self.contenders = contenders_of(samplers)
        self.seeds = list(seeds)
        num_trained = config.num_trained(len(dataset))
        for _, strategy in self.contenders:
            if strategy is not None:  # what cannot be fails before any run
                StrategyBatchSampler(
                    num_trained, config.batch_size, strategy,
                    drop_last=config.drop_last, replacement=config.replacement)

    @property
    def results(self) -> Path:
        r"""The file with one row per run."""
        return self.experiment.out / 'results.csv'

    @property
    def curves(self) -> Path:
        r"""The file with one row per run and epoch."""
        return self.experiment.out / 'curves.csv'

    def describe(self) -> str:
        r"""Returns one line on what is compared."""
        names = [describe_strategy(each.strategy) for each in self.contenders]
        return (f'{self.experiment.describe()}, '
                f'{count(len(self.seeds), "seed")} each: {", ".join(names)}')

    def check_warm_up(self) -> None:
        r"""Raises an error if nothing but warm-up would be compared, though
        samplers that differ after it are.

        Raises:
            ValueError: If there are too few epochs.
        """
        config = self.experiment.config
        warm_up = config.warmup_epochs
        if config.similarity_source == 'recorded':
            warm_up = max(1, warm_up)  # until every instance was
        if config.epochs <= warm_up and any(
                strategy is not None and strategy.uses_embedding
                for _, strategy in self.contenders):
            raise ValueError(
                f"'epochs' must be at least {warm_up + 1} to compare samplers "
                f"(got {config.epochs}): mini-batches are uniform for "
                f"{count(warm_up, 'epoch')} of warm-up, whatever the sampler. "
                "Raise it")

    def notes(self) -> List[str]:
        r"""Returns why samplers cannot differ here, if they cannot."""
        config = self.experiment.config
        num_trained = config.num_trained(len(self.experiment.dataset))
        if config.batch_size >= num_trained and not config.replacement:
            return ['all mini-batches are the same: they hold all graphs']
        return []

    def run(self, progress: Optional[Callable[..., Any]] = tqdm,
            num_probes: int = NUM_PROBES) -> None:
        r"""Runs what is missing, seed after seed. Every run is written as
        soon as it ends.

        Args:
            progress (callable, optional): Makes a progress bar; there is none
                if it is :obj:`None`. (default: :class:`tqdm.tqdm`)
            num_probes (int, optional): About as many linear probes, for the
                course of accuracy. (default: :obj:`5`)
        """
        for seed in self.seeds:
            for contender in self.contenders:
                key = self._key(contender, seed=seed)
                history = history_of(contender.strategy)
                if len(matching(read_rows(self.results), key, history)) > 0:
                    continue
                if contender.strategy is None:
                    row = run_untrained(self.experiment, seed)
                    append_rows(self.results, [dict(key, **row)], key, history)
                    continue
                with (progress or tqdm)(
                        total=self.experiment.num_steps,
                        desc=f'{contender.label:>9}, seed {seed}',
                        unit='step', leave=False,
                        disable=progress is None) as bar:
                    row, course = run_once(self.experiment, contender.strategy,
                                           seed, num_probes, bar)
                # The row comes last: where it is missing, the run is repeated.
                append_rows(self.curves, [dict(key, **epoch)
                                          for epoch in course], key, history)
                append_rows(self.results, [dict(key, **row)], key, history)

    def rows(self) -> Dict[str, 'pd.DataFrame']:
        r"""Returns the rows of every contender by its label, one per seed."""
        return self._rows_in(self.results, ['seed'])

    def course(self) -> Dict[str, 'pd.DataFrame']:
        r"""Returns what every epoch shows, for the contenders that are
        trained, by their labels."""
        out = self._rows_in(self.curves, ['seed', 'epoch'])
        if all(frame.empty for frame in out.values()):
            raise ValueError(f"{self.curves} lacks the runs in "
                             f"{self.results}. Delete both to run them anew")
        return {label: out[label] for label, strategy in self.contenders
                if strategy is not None}

    def table(self) -> str:
        r"""Returns means and standard deviations over seeds as a table."""
        return summary_table(self.rows(), self.experiment.metric)

    def plot(self) -> Path:
        r"""Plots the course of training as a PNG file; returns its path."""
        config = self.experiment.config
        score = self.experiment.score
        untrained = [frame[score].astype(float).mean()
                     for (_, strategy), frame in zip(self.contenders,
                                                     self.rows().values())
                     if strategy is None]
        changes = config.changes()
        for label, strategy in self.contenders:
            options = option_changes(strategy)
            changes.update({label: options} if options else {})
        path = self.experiment.out / f'course{mark_of(changes)}.png'
        plot_course(
            self.course(), f'{config.model} on {self.experiment.name}, '
            f'{count(len(self.seeds), "seed")}', path,
            untrained[0] if untrained else float('nan'), score)
        return path

    def summary(self) -> str:
        r"""Returns table and plot, with what their columns mean and where the
        files are."""
        course = self.plot()
        scores = [self._retrieval()] if self.experiment.config.held_out else []
        has_label = self.experiment.label is not None
        if has_label:
            scores.insert(0, f'{self.experiment.metric} of frozen embeddings: '
                             f'{self.experiment.protocol}')
        scores[0] += '; mean ± standard deviation over seeds'
        legend = LEGEND.format(same_label=SAME_LABEL if has_label else '')
        return ('\n'.join([f'{self.table()}\n', *scores, legend]) + '\n'
                f'rows: {self.results}\nplot: {course}')

    def _retrieval(self) -> str:
        config = self.experiment.config
        num_instances = len(self.experiment.dataset)
        number = num_instances - config.num_trained(num_instances)
        return (f'R@1: share of {number} held-out graphs that '
                f'{FOUND_BY[config.model]} find')

    def _key(self, contender: Contender, **more: Any) -> Row:
        return dict(dataset=self.experiment.name,
                    num_instances=len(self.experiment.dataset), **more,
                    **run_key(contender.strategy, self.experiment.config))

    def _rows_in(self, path: Path,
                 unique: List[str]) -> Dict[str, 'pd.DataFrame']:
        frame, out = read_rows(path), {}
        for contender in self.contenders:
            some = matching(frame, self._key(contender),
                            history_of(contender.strategy))
            if not some.empty:
                some = some[some['seed'].isin(map(str, self.seeds))]
                # Rows from when options of others counted may tell the same.
                some = some.drop_duplicates(unique)
            out[contender.label] = some
        return out
