r"""Writes the table of README from the rows in benchmarks/results: cells with
ten seeds, beside the paper's.

    python docs/results_table.py
"""

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / 'benchmarks' / 'results'
BETWEEN = re.compile('(?<=<!-- results -->\n).*?(?=<!-- end -->)', re.S)


def table() -> str:
    r"""Returns the table in Markdown."""
    cells = pd.read_csv(RESULTS / 'graph_table.csv', index_col=0, dtype=str)
    paper = pd.read_csv(RESULTS / 'paper.csv').set_index(
        ['dataset', 'method', 'sampler'])['mean'].to_dict()
    differences = pd.read_csv(RESULTS / 'graph_differences.csv', dtype=str)
    differences = differences[(differences['mini-batches'] == 'exactly once')
                              & (differences['seeds'].astype(int) >= 10)]
    lines = ['| data set | method | untrained | uniform | hard | difference | '
             'verdict | walks in the paper |', '|---' * 8 + '|']
    for _, row in differences.iterrows():
        name, method = row['data set'], row['method']
        shown = [cells.loc[f'{method}, {kind}', name].split(' (')[0]
                 for kind in ['untrained', 'uniform', 'exactly once']]
        gain = (paper.get((name, method, 'walks'), float('nan'))
                - paper.get((name, method, 'uniform'), float('nan')))
        shown += [row['difference ± 95 % CI'], row['verdict'],
                  f'{gain:+.2f}' if gain == gain else '']
        lines.append(f'| {name} | {method} | {" | ".join(shown)} |')
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    path = ROOT / 'README.md'
    path.write_text(BETWEEN.sub(lambda _: table(), path.read_text()))
