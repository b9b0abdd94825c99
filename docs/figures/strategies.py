r"""What mini-batches of every strategy cost, and what they are like, from the
rows of benchmarks/strategies.py."""

from itertools import cycle

import matplotlib
import matplotlib.pyplot as plt
from digits import save

from benchmarks.runs import TOP
from benchmarks.strategies import CONTENDERS, OUT
from pyg_batchsampler.experiments.rows import read_rows

matplotlib.use('Agg')
SHOWN = 20_000  # instances whose mini-batches are shown
MARKERS = 'o^sDvP*Xh'


def main() -> None:
    frame = read_rows(OUT / 'strategies' / 'results.csv')
    names = ['num_instances', 'first_plan', TOP, 'spread']
    frame[names] = frame[names].astype(float)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.4))
    for marker, name in zip(cycle(MARKERS), CONTENDERS):
        rows = frame[frame['strategy'] == name].sort_values('num_instances')
        left.plot(rows['num_instances'], rows['first_plan'], marker=marker,
                  label=name, lw=1, ms=5)
        one = rows[rows['num_instances'] == SHOWN]
        right.plot(one['spread'], one[TOP], marker, ms=7, label=name)
    left.set(xscale='log', yscale='log', xlabel='instances',
             ylabel='first plan, processor seconds')
    right.set(xlabel='spread of a mini-batch',
              ylabel='top-1 similarity in a mini-batch')
    right.legend(frameon=False, fontsize=7, loc='lower left')
    for axis in (left, right):
        axis.grid(alpha=0.3)
        axis.spines[['top', 'right']].set_visible(False)
    figure.tight_layout()
    save(figure, 'strategies')


if __name__ == '__main__':
    main()
