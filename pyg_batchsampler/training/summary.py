r"""What a comparison comes to: a table and a plot."""

from pathlib import Path
from typing import Dict, List

import pandas as pd

from pyg_batchsampler.files import written_whole

COLORS: Dict[str, str] = {
    'knn': '#c8553d',
    'proximity': '#1b6ca8',
    'uniform': '#7a7a7a',
}


def summary_table(rows: 'pd.DataFrame', samplers: List[str]) -> str:
    r"""Formats means over seeds, one line per sampler."""
    header = (f'{"sampler":<10}{"accuracy %":>15}{"similarity":>12}'
              f'{"same label":>12}{"sampling s":>12}{"encoding s":>12}'
              f'{"training s":>12}')
    lines = [header, '-' * len(header)]
    for sampler in samplers:
        some = rows[rows['sampler'] == sampler]
        accuracy = 100 * some['accuracy'].astype(float)
        spread = f'± {accuracy.std():<4.2f}' if len(some) > 1 else 6 * ' '
        mean = some[['similarity', 'same_label_rate', 'sampling_seconds',
                     'encoding_seconds',
                     'training_seconds']].astype(float).mean()
        lines.append(f'{sampler:<10}{accuracy.mean():>8.2f} {spread}'
                     f'{mean.iloc[0]:>12.3f}{mean.iloc[1]:>12.3f}'
                     f'{mean.iloc[2]:>12.2f}{mean.iloc[3]:>12.2f}'
                     f'{mean.iloc[4]:>12.2f}')
    return '\n'.join(lines)


def plot_course(curves: 'pd.DataFrame', samplers: List[str], title: str,
                path: Path) -> None:
    r"""Plots accuracy and batch hardness over training, mean and standard
    deviation over seeds, as a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = [('accuracy', 'linear probe accuracy [%]', 100.0),
              ('similarity', 'mean in-batch cosine similarity', 1.0),
              ('same_label_rate', 'same-label rate in a batch', 1.0)]
    figure = Figure(figsize=(12, 3.8), layout='constrained')
    FigureCanvasAgg(figure)
    for axis, (name, ylabel, scale) in zip(figure.subplots(1, 3), panels):
        for sampler in samplers:
            some = curves[curves['sampler'] == sampler]
            some = some[some[name].astype(str) != '']
            values = scale * some[name].astype(float)
            group = values.groupby(some['epoch'].astype(int))
            mean, std = group.mean(), group.std().fillna(0)
            axis.plot(mean.index, mean, color=COLORS.get(sampler),
                      label=sampler, linewidth=2,
                      marker='o' if name == 'accuracy' else None)
            axis.fill_between(mean.index, mean - std, mean + std, alpha=0.15,
                              color=COLORS.get(sampler), linewidth=0)
        axis.set_xlabel('epoch')
        axis.set_ylabel(ylabel)
        axis.spines[['top', 'right']].set_visible(False)
        axis.grid(alpha=0.3)
    figure.axes[0].legend(frameon=False)
    figure.suptitle(title)
    with written_whole(path) as file:
        figure.savefig(file, dpi=120)
