from pathlib import Path

import pandas as pd

from pyg_batchsampler.experiments.plot_course import plot_course


def test_accuracy_is_known_now_and_then(tmp_path: Path) -> None:
    curve = pd.DataFrame(dict(
        epoch=['1', '2', '1', '2'], accuracy=['0.5', '', '0.6', ''],
        similarity=4 * ['0.1'], same_label_rate=4 * ['0.2']))
    path = tmp_path / 'course.png'
    plot_course({'uniform': curve, 'mine(k=3)': curve,
                 'lost': curve.iloc[:0]}, 'title', path, untrained=0.4)
    assert path.stat().st_size > 10000
