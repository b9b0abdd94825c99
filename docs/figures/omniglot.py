r"""Accuracy on Omniglot of every kind of mini-batch less that of uniform
ones, from the rows of benchmarks/images.py, and what a uniform and a hard
mini-batch look like."""

import argparse
from pathlib import Path
from typing import Dict, List

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd

from benchmarks.images import EXPERIMENTS, OUT, key_of, rows_of
from benchmarks.paired import Difference
from benchmarks.runs import compared, rows_in
from pyg_batchsampler.training.rows import matching

matplotlib.use('Agg')
IMAGES = Path(__file__).parents[1] / 'images'


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument('--out', type=Path, default=IMAGES, metavar='DIR',
                           help='folder of the picture')
    args = arguments.parse_args()
    frame = rows_in(OUT / 'omniglot')
    num_instances = int(frame['num_instances'].iloc[0])
    runs: Dict[str, 'pd.DataFrame'] = {}
    for row, settings in rows_of('omniglot').items():
        own = matching(frame, key_of(settings, num_instances))
        if len(own) > 1 and row != 'untrained':
            runs[row] = own.set_index(own['seed'].astype(int))
    accuracy = {row: 100 * own['knn'].astype(float)
                for row, own in runs.items()}
    names = [row for row in runs if row != 'uniform']
    gains: List[Difference] = [compared(accuracy[row], accuracy['uniform'])
                               for row in names]

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8, 0.6 + 0.36 * len(names)), sharey=True,
        width_ratios=[3, 1.4])
    place = range(len(names))[::-1]
    for y, row, gain in zip(place, names, gains):
        color = '#888888' if row.startswith('uniform') else '#c44e52'
        left.errorbar(gain.mean, y, xerr=gain.half_width, fmt='o', ms=5,
                      color=color, capsize=3)
        rate = runs[row]['same_label_rate'].astype(float).mean()
        right.barh(y, 100 * rate, height=0.55, color=color)
    uniform = runs['uniform']['same_label_rate'].astype(float).mean()
    right.axvline(100 * uniform, color='black', lw=0.8, ls=':')
    left.axvline(0, color='black', lw=0.8)
    left.set(yticks=list(place), yticklabels=names,
             xlabel=f'{EXPERIMENTS["omniglot"].num_neighbors}-NN accuracy to '
             'uniform, points (95 % interval)')
    right.set(xlabel='pairs of one class, %')
    right.tick_params(left=False)
    for axis in [left, right]:
        axis.spines[['top', 'right']].set_visible(False)
    figure.tight_layout()
    figure.savefig(args.out / 'omniglot.png', dpi=150)


if __name__ == '__main__':
    main()
