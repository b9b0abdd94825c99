r"""What a comparison comes to, as a table."""

from typing import Dict

import pandas as pd

WIDTH = 9  # of a column
# Name, header and digits; rows from before a measure leave its column empty.
COLUMNS = [('hardest_negative_similarity', 'top-1', 3),
           ('similarity', 'mean', 3),
           ('spread', 'spread', 3),
           ('hardest_same_label_rate', 'top same', 3),
           ('same_label_rate', 'same', 3),
           ('sampling_seconds', 'plan s', 2),
           ('encoding_seconds', 'encode s', 2),
           ('training_seconds', 'train s', 2)]
SAME_LABEL = (
    'top same, same: share of most similar others, and of all pairs, with the '
    'same label\n')
LEGEND = (
    'top-1, mean: similarity in a mini-batch to the most similar other '
    'instance, and of all pairs\n'
    'spread: variance in a mini-batch over that of the data set\n'
    '{same_label}'
    'all of these after warm-up; seconds of planning, encoding and training: '
    'of one run, mean over seeds')


def summary_table(rows: Dict[str, 'pd.DataFrame'],
                  metric: str = 'accuracy') -> str:
    r"""Formats means over seeds, one line per sampler.

    Args:
        rows (dict): The rows of every sampler by its label.
        metric (str, optional): What embeddings are scored by. (default:
            :obj:`"accuracy"`)
    """
    width = max([9, *map(len, rows)]) + 1
    scores = {name: title for name, title in [
        ('accuracy', metric), ('instance_retrieval', 'R@1')]
        if any(len(_numbers(some, name)) for some in rows.values())}
    columns = [column for column in COLUMNS  # without labels, none of these
               if 'accuracy' in scores or 'same_label' not in column[0]]
    header = f'{"sampler":<{width}}' + ''.join(
        [f'{f"{title} %":>15}' for title in scores.values()] +
        [f'{title:>{WIDTH}}' for _, title, _ in columns])
    lines = [header, '-' * len(header)]
    for label, some in rows.items():
        line = f'{label:<{width}}'
        for name in scores:
            values = 100 * _numbers(some, name)
            deviation = (f'± {values.std():<4.2f}' if len(values) > 1 else
                         6 * ' ')
            line += f'{values.mean():>8.2f} {deviation}'
        for name, _, digits in columns:
            values = _numbers(some, name)
            line += (f'{values.mean():>{WIDTH}.{digits}f}' if len(values) else
                     WIDTH * ' ')
        lines.append(line.rstrip())
    return '\n'.join(lines)


def _numbers(rows: 'pd.DataFrame', name: str) -> 'pd.Series[float]':
    r"""Returns a column without the cells that are empty."""
    if name not in rows:
        return pd.Series(dtype=float)
    return pd.to_numeric(rows[name], errors='coerce').dropna()
