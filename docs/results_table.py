r"""Writes the table of README from the rows in benchmarks/results: what hard
mini-batches gain where negatives are true.

    python docs/results_table.py
"""

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
GAINS = ROOT / 'benchmarks' / 'results' / 'answers' / 'gains.csv'
SHOWN = ['1-NN %', 'MRR %', 'R@1 %']
BETWEEN = re.compile('(?<=<!-- results -->\n).*?(?=<!-- end -->)', re.S)


def table() -> str:
    r"""Returns the table in Markdown."""
    rows = pd.read_csv(GAINS, dtype=str, keep_default_na=False)
    rows = rows[rows['score'].isin(SHOWN)]
    lines = ['| ' + ' | '.join(rows.columns) + ' |',
             '|---' * len(rows.columns) + '|']
    return '\n'.join(lines + ['| ' + ' | '.join(row) + ' |' for row in
                              rows.itertuples(index=False)]) + '\n'


if __name__ == '__main__':
    path = ROOT / 'README.md'
    path.write_text(BETWEEN.sub(lambda _: table(), path.read_text()))
