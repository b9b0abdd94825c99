r"""How well molecules are found by their descriptions, over the size of
mini-batches and over training, from the rows of benchmarks/molecules.py."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from digits import save
from scipy import stats

from benchmarks.answers import HARD, by_descriptions
from benchmarks.chebi.train_and_test import BATCH_SIZES, NUM_QUARTERS

matplotlib.use('Agg')
COLORS = {'uniform': '#7f7f7f', HARD: '#c44e52'}
COURSE_OF = 16  # instances per mini-batch


def half_width(values: 'pd.Series[float]') -> float:
    r"""Half of the 95 % confidence interval of a mean."""
    return float(stats.t(len(values) - 1).ppf(0.975)
                 * values.std() / len(values)**0.5)


def main() -> None:
    runs = {size: by_descriptions(size) for size in BATCH_SIZES}
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.9))
    for axis, (score, title) in zip(axes, [
            ('held_out_recall_1', 'R@1 of 1,000 held out, %'),
            ('among_all_mrr', 'MRR among all 6,601, %')]):
        for kind in COLORS:
            by_size = {size: own[kind][score].astype(float)
                       for size, own in runs.items() if len(own[kind]) > 1}
            axis.errorbar(list(by_size), [v.mean() for v in by_size.values()],
                          yerr=[half_width(v) for v in by_size.values()],
                          color=COLORS[kind], label=kind, marker='o', ms=4,
                          capsize=3)
        axis.set_xscale('log', base=2)
        axis.set(xticks=BATCH_SIZES, xticklabels=BATCH_SIZES,
                 xlabel='pairs per mini-batch', title=title)
    for kind, color in COLORS.items():
        frame = runs[COURSE_OF][kind]
        names = [*(f'mrr_{i}' for i in range(1, NUM_QUARTERS)), 'held_out_mrr']
        axes[2].plot(np.arange(1, NUM_QUARTERS + 1) * 100 / NUM_QUARTERS,
                     [frame[name].astype(float).mean() for name in names],
                     color=color, marker='o', ms=4, label=kind)
    axes[2].set(xlabel='% of the steps', xticks=[25, 50, 75, 100],
                title=f'MRR of 1,000 held out, B = {COURSE_OF}, %')
    for axis in axes:
        axis.title.set_fontsize(9)
        axis.spines[['top', 'right']].set_visible(False)
    axes[0].legend(frameon=False)
    figure.tight_layout()
    save(figure, 'worth')


if __name__ == '__main__':
    main()
