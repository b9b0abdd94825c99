r"""What each kind of mini-batch gains over uniform ones on the sets of the
paper's graph table, beside what the paper reports, from the tables in
benchmarks/results."""

import matplotlib
import matplotlib.pyplot as plt
import pandas as pd
from digits import save

from benchmarks.graph_table import METHODS, NUM_SEEDS, OUT

matplotlib.use('Agg')
COLORS = {'kNN sampler': '#c8553d', 'walks (the paper)': '#7fb3d8',
          'exactly once': '#1b6ca8'}
IN_PAPER = {'kNN sampler': 'knn', 'walks (the paper)': 'walks'}
LIMIT = 4.0  # what lies outside is drawn at the border


def main() -> None:
    rows = pd.read_csv(OUT / 'graph_differences.csv', dtype=str)
    gains = rows['difference ± 95 % CI'].str.split(' ± ', expand=True)
    rows['gain'], rows['spread'] = gains.astype(float).T.to_numpy()
    paper = pd.read_csv(OUT / 'paper.csv').set_index(
        ['method', 'sampler', 'dataset'])['mean'].unstack()
    names = [name for name in NUM_SEEDS if name in set(rows['data set'])]
    methods = list(METHODS)

    figure, axes = plt.subplots(2, -(-len(names) // 2), sharex=True,
                                sharey=True, layout='constrained',
                                figsize=(11, 5.4))
    for axis, name in zip(axes.flat, names):
        axis.axvline(0, color='black', lw=0.8)
        for method, offset in [(method, place) for method in methods
                               for place in range(len(COLORS))]:
            kind = list(COLORS)[offset]
            y = methods.index(method) + 0.24 * (offset - 1)
            cell = rows[(rows['data set'] == name) & (rows['method'] == method)
                        & (rows['mini-batches'] == kind)]
            if len(cell):
                axis.errorbar(cell['gain'].clip(-LIMIT, LIMIT), y, fmt='o',
                              xerr=cell['spread'], ms=4, lw=1.2,
                              color=COLORS[kind])
            if name in paper and (method, IN_PAPER.get(kind)) in paper.index:
                cited = paper[name][method]
                axis.plot(cited[IN_PAPER[kind]] - cited['uniform'], y, 'D',
                          ms=4, mfc='none', color=COLORS[kind])
        seeds = rows[rows['data set'] == name]['seeds'].astype(int)
        axis.set_title(f'{name}, {seeds.min()} seeds' if
                       seeds.nunique() == 1 else
                       f'{name}, {seeds.min()} to {seeds.max()} seeds',
                       fontsize=10)
        axis.spines[['top', 'right']].set_visible(False)
        axis.grid(alpha=0.3, axis='x')
    axes[0, 0].set(xlim=(-LIMIT - 0.2, LIMIT + 0.2),
                   yticks=range(len(methods)), yticklabels=methods)
    axes[0, 0].invert_yaxis()
    for kind, color in COLORS.items():
        axes[0, 0].plot([], [], 'o', color=color, label=kind)
    axes[0, 0].plot([], [], 'D', mfc='none', color='black',
                    label='in the paper')
    figure.legend(loc='outside upper center', ncols=4, frameon=False)
    figure.supxlabel('points to uniform mini-batches, 95 % confidence',
                     fontsize=10)
    save(figure, 'differences')


if __name__ == '__main__':
    main()
