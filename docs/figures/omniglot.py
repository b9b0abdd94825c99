r"""What each kind of mini-batch of Omniglot's drawings gains over uniform
ones, and how many of its pairs are of one character, from the rows of
benchmarks/images.py."""

from typing import Dict, List

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd
from digits import save

from benchmarks.images import EXPERIMENTS, OUT, is_base, key_of, rows_of
from benchmarks.paired import Difference
from benchmarks.runs import by_seed, compared, rows_in

matplotlib.use('Agg')
NAME = 'omniglot-b'
COLORS = {'uniform': '#7f7f7f', 'proximity': '#c44e52'}


def main() -> None:
    frame = rows_in(OUT / NAME)
    num_instances = int(frame['num_instances'].iloc[0])
    names: List[str] = []
    colors: List[str] = []
    gains: List[Difference] = []
    rates: List[float] = []
    base: Dict[str, 'pd.Series[float]'] = {}
    for row, settings in rows_of(NAME).items():
        runs = by_seed(frame, key_of(settings, num_instances))
        if len(runs) < 2 or settings.epochs == 0:
            continue
        accuracy = 100 * runs['knn'].astype(float)
        if is_base(settings):
            base[settings.norm] = accuracy
        names.append(row)
        colors.append(COLORS[settings.sampler])
        gains.append(compared(accuracy, base[settings.norm]))
        rates.append(100 * runs['same_label_rate'].astype(float).mean())

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8, 0.8 + 0.32 * len(names)), sharey=True,
        width_ratios=[3, 1.3])
    place = list(range(len(names)))[::-1]
    for y, gain, color in zip(place, gains, colors):
        left.errorbar(gain.mean, y, xerr=gain.half_width, fmt='o', ms=5,
                      color=color, capsize=3)
    left.axvline(0, color='black', lw=0.8)
    left.set(yticks=place, yticklabels=names,
             xlabel=f'{EXPERIMENTS[NAME].num_neighbors}-NN accuracy, points '
             'to uniform')
    right.barh(place, rates, height=0.55, color=colors)
    right.set(xlabel='same label, %')
    right.tick_params(left=False)
    for axis in [left, right]:
        axis.spines[['top', 'right']].set_visible(False)
    figure.tight_layout()
    save(figure, 'omniglot')


if __name__ == '__main__':
    main()
