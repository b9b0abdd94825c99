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
LEGEND = (
    'top-1, mean: similarity in a mini-batch to the most similar other '
    'instance, and of all pairs\n'
    'spread: variance in a mini-batch over that of the data set\n'
    'top same, same: share of most similar others, and of all pairs, with the '
    'same label\n'
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
    header = f'{"sampler":<{width}}{f"{metric} %":>15}' + ''.join(
        f'{title:>{WIDTH}}' for _, title, _ in COLUMNS)
    lines = [header, '-' * len(header)]
    for label, some in rows.items():
        accuracy = 100 * some['accuracy'].astype(float)
        deviation = f'± {accuracy.std():<4.2f}' if len(some) > 1 else 6 * ' '
        line = f'{label:<{width}}{accuracy.mean():>8.2f} {deviation}'
        for name, _, digits in COLUMNS:
            value = float('nan')
            if name in some:
                value = pd.to_numeric(some[name], errors='coerce').mean()
            line += (WIDTH * ' ' if pd.isna(value) else
                     f'{value:>{WIDTH}.{digits}f}')
        lines.append(line.rstrip())
    return '\n'.join(lines)
