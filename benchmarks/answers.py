r"""What is a hard mini-batch worth, how much sooner is it there, and what
goes along with a gain?

From the rows of `molecules`, `many_classes` and `one_pass`, without any
training. *Worth* is the size of uniform mini-batches that find held-out
molecules as well as hard ones of a given size, interpolated over the logarithm
of sizes that were run. *Sooner* is the share of the steps after which hard
mini-batches are as good as uniform ones in the end. *Signs* are the rank
correlation, over all hard contenders and tasks, of the gain to what their
mini-batches differ by from uniform ones.
"""

from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmarks import fine_tuning, many_classes, molecules, one_pass
from benchmarks.chebi.table import chosen_lr, rows_of
from benchmarks.chebi.train_and_test import EPOCHS, NUM_QUARTERS, Setting
from benchmarks.classes import table as classes
from benchmarks.classes.train_and_test import Setting as ClassSetting
from benchmarks.measure import parser, write_json
from benchmarks.mini_batches import KINDS
from benchmarks.paired import Difference, corrected, p_text
from benchmarks.runs import TOP, Table, by_seed, compared, write_table
from pyg_batchsampler.experiments.rows import read_rows

OUT = Path(__file__).parent / 'results' / 'answers'
HARD = 'groups of 4'
FINE_TUNING = 'halves of sentences, fine-tuned encoder, B = 16'
SCORES = {'held_out_mrr': 'MRR', 'held_out_recall_1': 'R@1'}
AMONG_ALL = dict(among_all_mrr='MRR among all', all_mrr='MRR of all')
MEASURES = {TOP: 'top-1', 'similarity': 'mean', 'spread': 'spread',
            'hardest_same_label_rate': 'same label of the hardest'}


def found(kind: str, batch_size: int, part: str = 'test') -> 'pd.DataFrame':
    r"""Returns the runs of a contender at the learning rate chosen for it,
    where it was chosen, by seed."""
    key = Setting(*KINDS[kind], batch_size=batch_size,
                  epochs=EPOCHS[batch_size])._asdict()
    if rows_of(molecules.OUT, batch_size, 'select').exists():
        key['lr'] = chosen_lr(molecules.OUT, key)
    else:
        del key['lr']
    return by_seed(read_rows(rows_of(molecules.OUT, batch_size, part)), key)


def curve(kind: str, score: str) -> Dict[int, float]:
    r"""Returns the mean score by the size of mini-batches."""
    out = {size: found(kind, size) for size in EPOCHS}
    return {size: float(runs[score].astype(float).mean())
            for size, runs in out.items() if len(runs)}


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


def sooner(batch_size: int, score: str) -> Optional[float]:
    r"""Returns the share of the steps after which hard mini-batches are as
    good as uniform ones in the end."""
    course = score.replace('held_out_', '')
    ends, own = found('uniform', batch_size), found(HARD, batch_size)
    end = float(ends[score].astype(float).mean())
    values = [float(own[f'{course}_{i}'].astype(float).mean())
              for i in range(1, NUM_QUARTERS)]
    values = [0.0, *values, float(own[score].astype(float).mean())]
    if max(values) < end:
        return None
    shares = np.linspace(0, 1, NUM_QUARTERS + 1)
    return float(np.interp(end, np.maximum.accumulate(values), shares))


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
        for score, title in self.scores.items():
            base = self.runs['uniform']
            for kind, own in self.runs.items():
                if kind == 'uniform' or own.empty or base.empty:
                    continue
                found = {name: compared(own[name].astype(float),
                                        base[name].astype(float))
                         for name in [score, *MEASURES] if name in own}
                gain = found.pop(score)
                yield Gain(self.name, title, kind,
                           float(base[score].astype(float).mean()), gain,
                           {name: each.mean for name, each in found.items()})


def tasks() -> Iterator[Task]:
    r"""All tasks that were run."""
    for size in EPOCHS:
        yield Task(f'molecules by descriptions, B = {size}',
                   {kind: found(kind, size) for kind in KINDS},
                   dict(SCORES, **AMONG_ALL))
    for name in many_classes.DATASETS:
        frame = read_rows(classes.rows_of(many_classes.OUT, name, 'test'))
        for held_out in [False, True] if len(frame) else []:
            runs = {}
            for kind in KINDS:
                setting = ClassSetting(*KINDS[kind], held_out=held_out)
                lr = classes.chosen_lr(many_classes.OUT, name, {
                    name: value for name, value in setting._asdict().items()
                    if name != 'lr'})
                runs[kind] = by_seed(frame, setting._replace(lr=lr)._asdict())
            yield Task(name + (', unseen classes' if held_out else ''), runs,
                       classes.SCORES)
    for module, names in [(one_pass, list(one_pass.TASKS)),
                          (fine_tuning, [''])]:
        for name in names:
            frame = read_rows(module.OUT / name / 'test' / 'results.csv')
            if len(frame):
                title = f'{name}, one pass' if name else FINE_TUNING
                yield Task(title, {
                    kind: by_seed(frame, dict(mini_batches=kind))
                    for kind in KINDS}, dict(mrr='MRR', recall='R@1'))


def table_of_gains(gains: List[Gain]) -> Table:
    r"""Returns what the default gains, first by the score that learning rates
    were chosen by; those of ten seeds are tested, corrected for their
    number."""
    shown = [gain for gain in gains if gain.kind == HARD]
    first = {gain.task: gain.score for gain in reversed(shown)}
    is_first = [gain.score == first[gain.task] for gain in shown]
    p_values = iter(corrected([gain.gain for gain, tested in
                               zip(shown, is_first) if tested]))
    table: Table = [['task', 'score', 'uniform', HARD, 'difference ± 95 % CI',
                     '% of uniform', 'seeds', 'p']]
    for gain, tested in zip(shown, is_first):
        table.append([
            gain.task, f'{gain.score} %'.replace(' % %', ' %'),
            f'{gain.base:.2f}', f'{gain.base + gain.gain.mean:.2f}',
            gain.gain.text, f'{gain.relative:+.1f}',
            str(gain.gain.num_pairs), next(p_values) if tested else ''])
    return table


def table_of_signs(gains: List[Gain]) -> Table:
    r"""Returns what goes along with the gain, over all contenders."""
    table: Table = [['difference to uniform', 'contenders',
                     'rank correlation with the gain', 'p']]
    for name, title in MEASURES.items():
        known = [(gain.differences[name], gain.relative) for gain in gains
                 if name in gain.differences]
        if len(known) > 2:
            rank, p = spearmanr(*zip(*known))
            table.append([title, str(len(known)), f'{rank:+.2f}',
                          p_text(float(p))])
    return table


def main() -> None:
    args = parser(__doc__).parse_args()
    table: Table = [['B', *(f'{title}, {kind}' for title in SCORES.values()
                            for kind in ['uniform', HARD, 'worth, B',
                                         'there after, % of steps'])]]
    uniform, hard = ({score: curve(kind, score) for score in SCORES}
                     for kind in ['uniform', HARD])
    for size in hard['held_out_mrr']:
        row = [str(size)]
        for score in SCORES:
            own = hard[score][size]
            size_of = worth(uniform[score], own)
            share = sooner(size, score)
            row += [f'{uniform[score][size]:.1f}', f'{own:.1f}',
                    f'{size_of:.0f}' if size_of else '',
                    f'{100 * share:.0f}' if share else '']
        table.append(row)
    print(write_table(OUT / 'worth', table))

    gains = [gain for task in tasks() for gain in task.gains()]
    for name, rows in [('gains', table_of_gains(gains)),
                       ('signs', table_of_signs(gains))]:
        print(write_table(OUT / name, rows))
    write_json(args.json, dict(gains=[gain._asdict() for gain in gains]))


if __name__ == '__main__':
    main()
