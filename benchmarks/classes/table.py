r"""Rows of `many_classes`, and what they come to."""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import pandas as pd

from benchmarks.chosen import best_lr
from benchmarks.mini_batches import MiniBatches
from benchmarks.paired import corrected
from benchmarks.runs import (TOP, Table, by_seed, compared, mean_and_std,
                             mean_text, without_empty, write_table)
from pyg_batchsampler.experiments.rows import read_rows

# What is compared with uniform mini-batches; the first one is tested.
SCORES = {'nearest': '1-NN %', 'linear': 'linear %', 'recall': 'R@1 %'}
MEASURES = {f'planned_{TOP}': 'planned top-1', TOP: 'top-1',
            'similarity': 'mean', 'spread': 'spread',
            'hardest_same_label_rate': 'top same', 'same_label_rate': 'same'}
CONTEXT = ['held_out', 'batch_size', 'epochs', 'norm', 'guard']


class Line(NamedTuple):
    r"""A row of the table: what was run, its runs by seed, and those of
    uniform mini-batches in the same context, if it is not one of them."""
    text: List[str]
    runs: 'pd.DataFrame'
    base: 'pd.DataFrame'


def rows_of(out: Path, name: str, part: str) -> Path:
    r"""Returns the file of the rows of a data set."""
    return out / name / f'{part}.csv'


def chosen_lr(out: Path, name: str, key: Dict[str, Any]) -> float:
    r"""Returns the learning rate at which a contender, the setting without
    it, finds the best neighbors on the seeds of 'select'; if it was not run
    there on held-out classes, on all of them, and if not with a guard,
    without."""
    return best_lr(read_rows(rows_of(out, name, 'select')), [
        key, dict(key, held_out=False),
        dict(key, held_out=False, guard='kept')], 'nearest')


def report(out: Path, name: str, part: str,
           kinds: Dict[str, MiniBatches]) -> str:
    r"""Makes the table of a data set anew from its rows: of every context
    those of all kinds, with their differences to uniform mini-batches at the
    learning rate chosen for these."""
    frame = read_rows(rows_of(out, name, part))
    if frame.empty:
        raise ValueError(f'no rows in {rows_of(out, name, part)}. Run '
                         'without --report first')
    lines = [line for context in frame[CONTEXT].drop_duplicates().to_dict(
        'records') for line in lines_of(frame, context, kinds, out, name)]
    differences = [{score: compared(line.runs[score].astype(float),
                                    line.base[score].astype(float))
                    for score in SCORES} for line in lines]
    p_values = corrected([each['nearest'] for each in differences])
    table: Table = [['classes', 'B', 'epochs', 'normalization', 'guard',
                     'mini-batches', 'lr', *(
                         text for title in SCORES.values() for text in
                         [title, f'{title} to uniform ± 95 % CI']),
                     'p', *MEASURES.values(), 'seconds']]
    for line, difference, p_value in zip(lines, differences, p_values):
        table.append([*line.text, *(
            text for score in SCORES for text in
            [mean_and_std(line.runs[score].astype(float)),
             difference[score].text if difference[score].num_pairs else '']),
            p_value, *(mean_text(line.runs, measure) for measure in MEASURES),
            mean_text(line.runs, 'training_seconds')])
    for title in ['p', *MEASURES.values()]:
        table = without_empty(table, title)
    return write_table(out / f'{name}-{part}', table)


def lines_of(frame: 'pd.DataFrame', context: Dict[str, Any],
             kinds: Dict[str, MiniBatches], out: Path,
             name: str) -> List[Line]:
    r"""Returns the rows of a context, one per kind and learning rate."""
    lines: List[Line] = []
    key = dict(context, **MiniBatches()._asdict())
    base = by_seed(frame, dict(key, lr=chosen_lr(out, name, key)))
    for title, kind in kinds.items():
        runs = by_seed(frame, dict(context, **kind._asdict()))
        for lr in sorted(runs['lr'].astype(float).unique()):
            own = runs[runs['lr'].astype(float) == lr]
            is_base = kind.sampler in ('uniform', 'untrained')
            lines.append(Line(
                ['unseen' if context['held_out'] == 'True' else 'all',
                 context['batch_size'], context['epochs'],
                 context['norm'] or 'none', context['guard'], title,
                 f'{lr:g}' if lr > 0 else ''], own,
                base.iloc[:0] if is_base else base))
    return lines
