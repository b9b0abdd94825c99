r"""Rows of `molecules`, and what they come to."""

from pathlib import Path
from typing import Any, Dict

from benchmarks.chosen import best_lr
from benchmarks.mini_batches import KINDS, MiniBatches
from benchmarks.paired import corrected
from benchmarks.runs import (TOP, Table, by_seed, compared, mean_and_std,
                             mean_text, without_empty, write_table)
from pyg_batchsampler.experiments.rows import read_rows

CHOSEN_BY = 'held_out_mrr'
# What is compared with uniform mini-batches; the first one is tested.
SCORES = {CHOSEN_BY: 'MRR', 'held_out_recall_1': 'R@1',
          'among_all_mrr': 'MRR among all', 'all_mrr': 'MRR of all'}
MEASURES = {f'planned_{TOP}': 'planned top-1', TOP: 'top-1',
            'similarity': 'mean', 'spread': 'spread', 'seconds': 'seconds'}
CONTEXT = ['norm', 'guard', 'plan', 'epochs']


def rows_of(out: Path, batch_size: int, part: str) -> Path:
    r"""Returns the file of the rows of a batch size."""
    return out / str(batch_size) / part / 'results.csv'


def chosen_lr(out: Path, key: Dict[str, Any]) -> float:
    r"""Returns the learning rate at which a contender, the setting without
    it, finds the pairs held out best on the seeds of 'select'; if it was not
    run there with a guard, without."""
    return best_lr(read_rows(rows_of(out, key['batch_size'], 'select')),
                   [key, dict(key, guard='kept')], CHOSEN_BY)


def report(out: Path, batch_size: int, part: str) -> str:
    r"""Makes the table of a batch size anew from its rows: in every context
    those of all kinds, with their differences to uniform mini-batches, each
    at the learning rate chosen for it."""
    frame = read_rows(rows_of(out, batch_size, part))
    if frame.empty:
        raise ValueError(f'no rows in {rows_of(out, batch_size, part)}. Run '
                         'without --report first')
    lines = []
    for context in frame[CONTEXT].drop_duplicates().to_dict('records'):
        key = dict(context, batch_size=batch_size)
        uniform = dict(key, **MiniBatches()._asdict())
        base = by_seed(frame, dict(uniform, lr=chosen_lr(out, uniform)))
        for title, kind in KINDS.items():
            runs = by_seed(frame, dict(key, **kind._asdict()))
            for lr in sorted(runs['lr'].astype(float).unique()):
                own = runs[runs['lr'].astype(float) == lr]
                text = [context['norm'] or 'none', context['guard'],
                        context['plan'], title, f'{lr:g}']
                lines.append((text, own, base.iloc[:0]
                              if kind.sampler == 'uniform' else base))
    differences = [{score: compared(own[score].astype(float),
                                    base[score].astype(float))
                    for score in SCORES} for _, own, base in lines]
    p_values = corrected([each[CHOSEN_BY] for each in differences])
    table: Table = [['normalization', 'guard', 'planned on', 'mini-batches',
                     'lr', *(text for title in SCORES.values() for text in
                             [f'{title} %', f'{title} to uniform ± 95 % CI']),
                     'p', *MEASURES.values()]]
    for (text, own, _), difference, p_value in zip(lines, differences,
                                                   p_values):
        table.append([*text, *(
            cell for score in SCORES for cell in
            [mean_and_std(own[score].astype(float)),
             difference[score].text if difference[score].num_pairs else '']),
            p_value, *(mean_text(own, measure) for measure in MEASURES)])
    return write_table(out / f'{batch_size}-{part}',
                       without_empty(table, 'p'))
