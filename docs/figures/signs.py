r"""What goes along with a gain: mean and top-1 similarity, spread, and the
same-label rate of the hardest negative, from the rows of tasks with true
negatives."""

import matplotlib
import matplotlib.pyplot as plt
from digits import save
from matplotlib.ticker import MaxNLocator
from scipy import stats

from benchmarks.answers import MEASURES, first_of, tasks

matplotlib.use('Agg')
KINDS = {'molecules': '#1b6ca8', 'COIL-DEL': '#c44e52',
         'Letter-high': '#dd8452', 'drawings': '#8172b3', '': '#7f7f7f'}


def main() -> None:
    gains = first_of([gain for task in tasks() for gain in task.gains()])
    figure, axes = plt.subplots(1, len(MEASURES), figsize=(11, 2.9),
                                sharey=True)
    for axis, (name, title) in zip(axes, MEASURES.items()):
        known = [gain for gain in gains if name in gain.differences]
        for gain in known:
            kind = next(kind for kind in KINDS if gain.task.startswith(kind))
            axis.plot(gain.differences[name], gain.relative, 'o', ms=4,
                      alpha=0.8, color=KINDS[kind], label=kind or 'others')
        rank = stats.spearmanr([gain.differences[name] for gain in known],
                               [gain.relative for gain in known])[0]
        axis.axhline(0, color='black', linewidth=0.6)
        axis.axvline(0, color='black', linewidth=0.6)
        axis.set(xlabel=f'Δ {title}')
        axis.set_title(f'rank correlation {rank:+.2f}', fontsize=9)
        axis.spines[['top', 'right']].set_visible(False)
        axis.xaxis.set_major_locator(MaxNLocator(4))
    axes[0].set(ylabel='gain, % of uniform')
    handles = {text: handle for axis in axes for handle, text in
               zip(*axis.get_legend_handles_labels())}
    axes[-1].legend(handles.values(), handles, frameon=False, fontsize=8)
    figure.tight_layout()
    save(figure, 'signs')


if __name__ == '__main__':
    main()
