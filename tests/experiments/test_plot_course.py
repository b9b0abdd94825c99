from pathlib import Path
from typing import Any, List

import pandas as pd
from matplotlib.figure import Figure

from pyg_batchsampler.experiments.plot_course import plot_course


def test_accuracy_is_known_now_and_then(tmp_path: Path) -> None:
    curve = pd.DataFrame(dict(
        epoch=['1', '2', '1', '2'], accuracy=['0.5', '', '0.6', ''],
        similarity=4 * ['0.1'], same_label_rate=4 * ['0.2']))
    path = tmp_path / 'course.png'
    plot_course({'uniform': curve, 'mine(k=3)': curve,
                 'lost': curve.iloc[:0]}, 'title', path, untrained=0.4)
    assert path.stat().st_size > 10000


def test_measures_that_rows_lack_get_no_panel(tmp_path: Path,
                                              monkeypatch: Any) -> None:
    figures: List[Figure] = []

    def save(self: Figure, file: Path, dpi: int) -> None:
        figures.append(self)
        file.touch()

    monkeypatch.setattr(Figure, 'savefig', save)
    older = pd.DataFrame(dict(epoch=['1', '2'], accuracy=['', ''],
                              similarity=2 * ['0.1'],
                              same_label_rate=2 * ['0.2']))
    newer = older.assign(hardest_negative_similarity=['0.5', '0.6'])
    path = tmp_path / 'course.png'
    for curves in [{'old': older}, {'old': older, 'new': newer},
                   {'new': newer, 'cut off': older.iloc[:0]}]:
        plot_course(curves, 'title', path, untrained=0.4)
    assert [len(figure.axes) for figure in figures] == [3, 4, 4]
    assert [len(axis.lines) for axis in figures[1].axes] == [3, 1, 2, 2]
