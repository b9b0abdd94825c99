r"""What is a hard mini-batch worth, how much sooner is it there, and what
goes along with a gain?

From the rows of `molecules`, `many_classes`, `images`, `one_pass` and
`fine_tuning`, without any training. *Worth* is the size of uniform
mini-batches that find held-out molecules as well as hard ones of a given size,
after as many passes over the data, interpolated over the logarithm of sizes
that were run. *Sooner* is the share of the steps after which hard mini-batches
are as good as uniform ones in the end, interpolated between quarters. *Signs*
are the rank correlation, over hard contenders and tasks, of the gain to what
their mini-batches differ by from uniform ones; contenders of a task share
runs, so it comes without a test.
"""

from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmarks import (fine_tuning, images, many_classes, molecules,
                        one_pass)
from benchmarks.chebi.train_and_test import (BATCH_SIZES, EPOCHS,
                                             NUM_QUARTERS, Setting)
from benchmarks.classes.train_and_test import Setting as ClassSetting
from benchmarks.contest import Contest
from benchmarks.measure import parser, write_json
from benchmarks.mini_batches import KINDS
from benchmarks.paired import Difference, corrected
from benchmarks.runs import (TOP, Table, by_seed, compared, rows_in,
                             write_table)
from pyg_batchsampler.experiments.rows import Row

OUT = Path(__file__).parent / 'results' / 'answers'
HARD = 'groups of 4'
LATE = 'groups of 4, late'  # in the second half of the training
SHOWN = [HARD, LATE]
SCORES = {'held_out_mrr': 'MRR', 'held_out_recall_1': 'R@1'}
MEASURES = {TOP: 'top-1', 'similarity': 'mean', 'spread': 'spread',
            'hardest_same_label_rate': 'same label of the hardest'}
DRAWINGS = ['omniglot', 'omniglot-b']


class Gain(NamedTuple):
    r"""What a contender gains on a task over uniform mini-batches, and what
    its mini-batches differ by from these."""
    task: str
    score: str
    kind: str
    base: float
    gain: Difference
    differences: Dict[str, float]

    @property
    def relative(self) -> float:
        r"""The gain in % of what uniform mini-batches reach."""
        return 100 * self.gain.mean / self.base


class Task(NamedTuple):
    r"""Runs of all contenders at the learning rates chosen for them, by seed,
    and what they are scored by, first of all by what rates were chosen by."""
    name: str
    runs: Dict[str, 'pd.DataFrame']
    scores: Dict[str, str]

    def gains(self) -> Iterator[Gain]:
        base = self.runs['uniform']
        for score, title in self.scores.items():
            for kind, own in self.runs.items():
                if kind == 'uniform' or own.empty or base.empty:
                    continue
                found = {name: compared(pd.to_numeric(own[name]),
                                        pd.to_numeric(base[name]))
                         for name in [score, *MEASURES]
                         if name in own and name in base}
                gain = found.pop(score)
                yield Gain(self.name, title, kind,
                           float(base[score].astype(float).mean()), gain,
                           {name: each.mean for name, each in found.items()
                            if each.mean == each.mean})  # older rows lack some


def runs_of(contest: Contest, context: Row) -> Dict[str, 'pd.DataFrame']:
    r"""Returns the runs of all contenders in a context, by seed."""
    return {kind: contest.found(dict(context, **mini_batches._asdict()))
            for kind, mini_batches in KINDS.items()}


def by_descriptions(batch_size: int) -> Dict[str, 'pd.DataFrame']:
    r"""Returns the runs of `molecules` at a batch size, also of hard
    mini-batches after half of the training."""
    own = molecules.contest(molecules.OUT, batch_size)
    context = Setting(batch_size=batch_size)._asdict()
    late = dict(context, **KINDS[HARD]._asdict(), warmup_epochs=EPOCHS // 2)
    return dict(runs_of(own, context), **{LATE: own.found(late)})


def tasks() -> Iterator[Task]:
    r"""All tasks that were run."""
    for size in BATCH_SIZES:
        yield Task(f'molecules, B = {size}',
                   by_descriptions(size),
                   molecules.contest(molecules.OUT, size).scores)
    for name in many_classes.DATASETS:
        own = many_classes.contest(many_classes.OUT, name)
        frame = own.rows('test')
        if frame.empty:
            continue
        for size in sorted(map(int, frame['batch_size'].unique())):
            for held_out in [False, True]:
                yield Task(
                    name + ', unseen classes' * held_out + f', B = {size}',
                    runs_of(own, ClassSetting(
                        batch_size=size, held_out=held_out)._asdict()),
                    own.scores)
    for name in DRAWINGS:
        frame = rows_in(images.OUT / name)
        number = int(frame['num_instances'].iloc[0])
        frame['knn'] = 100 * frame['knn'].astype(float)
        yield Task(f'drawings, {name}', {
            kind: by_seed(frame, images.key_of(settings, number))
            for kind, settings in images.rows_of(name).items()
            if kind in KINDS}, dict(knn='1-NN %'))
    for name in one_pass.TASKS:
        own = one_pass.contest(one_pass.OUT, name)
        yield Task(f'{name}, one pass', runs_of(own, one_pass.Setting(
            norm=one_pass.TASKS[name].NORM)._asdict()), own.scores)
    own = fine_tuning.contest(fine_tuning.OUT)
    yield Task('fine-tuned encoder, B = 16',
               runs_of(own, fine_tuning.Setting()._asdict()), own.scores)


def worth(uniform: Dict[int, float], value: float) -> Optional[float]:
    r"""Returns the size at which a rising curve reaches a value.

    Example:
        >>> worth({16: 1.0, 64: 2.0}, 1.5)
        32.0
        >>> worth({16: 1.0, 64: 2.0}, 2.5)  # beyond all sizes
    """
    level = [np.log2(size) for size in uniform]
    values = np.maximum.accumulate(list(uniform.values()))
    if not values[0] <= value <= values[-1]:
        return None
    return float(2**np.interp(value, values, level))


def sooner(uniform: 'pd.DataFrame', hard: 'pd.DataFrame',
           score: str) -> Optional[float]:
    r"""Returns the share of the steps after which hard mini-batches are as
    good as uniform ones in the end."""
    course = score.replace('held_out_', '')
    names = [*(f'{course}_{i}' for i in range(1, NUM_QUARTERS)), score]
    values = [0.0, *(float(hard[name].astype(float).mean())
                     for name in names)]
    end = float(uniform[score].astype(float).mean())
    if max(values) < end:
        return None
    shares = np.linspace(0, 1, NUM_QUARTERS + 1)
    return float(np.interp(end, np.maximum.accumulate(values), shares))


def table_of_worth() -> Table:
    r"""Returns what mini-batches of every size come to, uniform and hard."""
    runs = {size: by_descriptions(size) for size in BATCH_SIZES}
    means = {kind: {score: {
        size: float(own[kind][score].astype(float).mean())
        for size, own in runs.items() if len(own[kind])}
        for score in SCORES} for kind in ['uniform', HARD]}
    table: Table = [['B', *(f'{title}, {kind}' for title in SCORES.values()
                            for kind in ['uniform', HARD, 'worth, B',
                                         'there after, % of steps'])]]
    for size, own in runs.items():
        if any(size not in each['held_out_mrr'] for each in means.values()):
            continue
        row = [str(size)]
        for score in SCORES:
            hard = means[HARD][score][size]
            size_of = worth(means['uniform'][score], hard)
            share = sooner(own['uniform'], own[HARD], score)
            row += [f'{means["uniform"][score][size]:.1f}', f'{hard:.1f}',
                    f'{size_of:.0f}' if size_of else '',
                    f'{100 * share:.0f}' if share else '']
        table.append(row)
    return table


def table_of_gains(gains: List[Gain]) -> Table:
    r"""Returns what groups of 4 gain; the score that learning rates were
    chosen by is tested where there are ten seeds, corrected for the number of
    tests."""
    shown = [gain for gain in gains if gain.kind in SHOWN]
    first = first_of(gains)
    is_first = [gain in first for gain in shown]
    p_values = iter(corrected([gain.gain for gain, tested in
                               zip(shown, is_first) if tested]))
    table: Table = [['task', 'mini-batches', 'score', 'uniform', 'hard',
                     'difference ± 95 % CI', 'in %', 'seeds', 'p']]
    for gain, tested in zip(shown, is_first):
        table.append([
            gain.task, gain.kind, gain.score, f'{gain.base:.2f}',
            f'{gain.base + gain.gain.mean:.2f}', gain.gain.text,
            f'{gain.relative:+.1f}', str(gain.gain.num_pairs),
            next(p_values) if tested else ''])
    return table


def first_of(gains: List[Gain]) -> List[Gain]:
    r"""Returns the gains in the score that learning rates were chosen by, one
    per task and contender."""
    first = {gain.task: gain.score for gain in reversed(gains)}
    return [gain for gain in gains if gain.score == first[gain.task]]


def table_of_signs(gains: List[Gain]) -> Table:
    r"""Returns what goes along with the gain, over all contenders."""
    table: Table = [['difference to uniform', 'contenders',
                     'rank correlation with the gain']]
    for name, title in MEASURES.items():
        known = [(gain.differences[name], gain.relative)
                 for gain in first_of(gains) if name in gain.differences]
        if len(known) > 2:
            rank, _ = spearmanr(*zip(*known))
            table.append([title, str(len(known)), f'{rank:+.2f}'])
    return table


def main() -> None:
    args = parser(__doc__).parse_args()
    gains = [gain for task in tasks() for gain in task.gains()]
    for name, rows in [('worth', table_of_worth()),
                       ('gains', table_of_gains(gains)),
                       ('signs', table_of_signs(gains))]:
        print(write_table(OUT / name, rows))
    write_json(args.json, dict(gains=[gain._asdict() for gain in gains]))


if __name__ == '__main__':
    main()
