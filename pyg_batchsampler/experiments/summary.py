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
COLUMNS = [('similarity', 'similarity', 3),
           ('same_label_rate', 'same label', 3),
           ('sampling_seconds', 'sampling s', 2),
           ('encoding_seconds', 'encoding s', 2),
           ('training_seconds', 'training s', 2)]


def summary_table(rows: 'pd.DataFrame', samplers: List[str],
                  metric: str = 'accuracy') -> str:
    r"""Formats means over seeds, one line per sampler."""
    header = f'{"sampler":<10}{f"{metric} %":>15}' + ''.join(
        f'{title:>12}' for _, title, _ in COLUMNS)
    lines = [header, '-' * len(header)]
    for sampler in samplers:
        some = rows[rows['sampler'] == sampler]
        accuracy = 100 * some['accuracy'].astype(float)
        spread = f'± {accuracy.std():<4.2f}' if len(some) > 1 else 6 * ' '
        line = f'{sampler:<10}{accuracy.mean():>8.2f} {spread}'
        for name, _, digits in COLUMNS:
            value = pd.to_numeric(some[name], errors='coerce').mean()
            line += 12 * ' ' if pd.isna(value) else f'{value:>12.{digits}f}'
        lines.append(line.rstrip())
    return '\n'.join(lines)


def plot_course(curves: 'pd.DataFrame', samplers: List[str], title: str,
                path: Path, untrained: float = float('nan')) -> None:
    r"""Plots accuracy and batch hardness over training, mean and standard
    deviation over seeds, as a PNG file; the accuracy of an untrained model
    as a line."""
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
    if untrained == untrained:
        figure.axes[0].axhline(100 * untrained, color='black', linewidth=1,
                               linestyle=':', label='untrained')
    figure.axes[0].legend(frameon=False)
    figure.suptitle(title)
    with written_whole(path) as file:
        figure.savefig(file, dpi=120)
