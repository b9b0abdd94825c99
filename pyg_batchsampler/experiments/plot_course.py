r"""What a comparison comes to, as a plot."""

from pathlib import Path
from typing import Dict

import pandas as pd

from pyg_batchsampler.files import written_whole

COLORS: Dict[str, str] = {
    'knn': '#c8553d',
    'proximity': '#1b6ca8',
    'uniform': '#7a7a7a',
}
SCORES = dict(accuracy='linear probe accuracy [%]',
              instance_retrieval='R@1 of held-out graphs [%]')
PANELS = [('hardest_negative_similarity', 'top-1 similarity in a batch', 1.0),
          ('similarity', 'mean similarity in a batch', 1.0),
          ('same_label_rate', 'same-label rate in a batch', 1.0)]


def plot_course(curves: Dict[str, 'pd.DataFrame'], title: str, path: Path,
                untrained: float = float('nan'),
                score: str = 'accuracy') -> None:
    r"""Plots a score and batch hardness over training, mean and standard
    deviation over seeds, as a PNG file.

    Args:
        curves (dict): What every epoch shows, by the label of a sampler.
        title (str): Title of the figure.
        path (Path): The file.
        untrained (float, optional): Score of an untrained model, in
            :math:`[0, 1]`, shown as a line. (default: :obj:`nan`, no line)
        score (str, optional): The column of the score. (default:
            :obj:`"accuracy"`)
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Rows from before a measure have none.
    panels = [(score, SCORES[score], 100.0)]
    panels += [panel for panel in PANELS if any(
        panel[0] in frame and (frame[panel[0]].astype(str) != '').any()
        for frame in curves.values())]
    figure = Figure(figsize=(4 * len(panels), 3.8), layout='constrained')
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axis, (name, ylabel, scale) in zip(axes, panels):
        for label, frame in curves.items():
            if frame.empty or name not in frame:
                continue
            some = frame[frame[name].astype(str) != '']
            values = scale * some[name].astype(float)
            group = values.groupby(some['epoch'].astype(int))
            mean, std = group.mean(), group.std().fillna(0)
            line, = axis.plot(mean.index, mean, color=COLORS.get(label),
                              label=label, linewidth=2,
                              marker='o' if name == score else None)
            axis.fill_between(mean.index, mean - std, mean + std, alpha=0.15,
                              color=line.get_color(), linewidth=0)
        axis.set_xlabel('epoch')
        axis.set_ylabel(ylabel)
        axis.spines[['top', 'right']].set_visible(False)
        axis.grid(alpha=0.3)
    if untrained == untrained:
        figure.axes[0].axhline(100 * untrained, color='black', linewidth=1,
                               linestyle=':', label='untrained')
    figure.axes[0].legend(frameon=False)
    figure.suptitle(title)
    with written_whole(path) as file:
        figure.savefig(file, dpi=120)
