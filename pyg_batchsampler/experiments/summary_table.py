r"""What a comparison comes to, as a table."""

from typing import Dict

import pandas as pd

COLUMNS = [('similarity', 'similarity', 3),
           ('same_label_rate', 'same label', 3),
           ('sampling_seconds', 'sampling s', 2),
           ('encoding_seconds', 'encoding s', 2),
           ('training_seconds', 'training s', 2)]


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
        f'{title:>12}' for _, title, _ in COLUMNS)
    lines = [header, '-' * len(header)]
    for label, some in rows.items():
        accuracy = 100 * some['accuracy'].astype(float)
        spread = f'± {accuracy.std():<4.2f}' if len(some) > 1 else 6 * ' '
        line = f'{label:<{width}}{accuracy.mean():>8.2f} {spread}'
        for name, _, digits in COLUMNS:
            value = float('nan')
            if name in some:
                value = pd.to_numeric(some[name], errors='coerce').mean()
            line += 12 * ' ' if pd.isna(value) else f'{value:>12.{digits}f}'
        lines.append(line.rstrip())
    return '\n'.join(lines)
