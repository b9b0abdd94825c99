from pathlib import Path

import pandas as pd
import pytest

from pyg_batchsampler.experiments.rows import append_rows, read_rows
from pyg_batchsampler.experiments.summary_table import COLUMNS, summary_table
from pyg_batchsampler.report.batch_report import MEASURES

RESULTS = Path(__file__).parents[2] / 'benchmarks' / 'results'
COMPARED = sorted(path for path in RESULTS.glob('*/results.csv')
                  if {'accuracy', 'similarity'} <= {*read_rows(path)})


def test_means_over_seeds() -> None:
    rows = pd.DataFrame(dict(
        accuracy=['0.5', '0.6'], similarity=['0.1', '0'],
        hardest_negative_similarity=['0.4', '0.5'], spread=['1', '0.9'],
        sampling_seconds=['1', '2']))
    assert summary_table({'uniform': rows, 'untrained': rows[:1]}) == (
        'sampler        accuracy %    top-1     mean   spread top same     '
        'same   plan s encode s  train s\n' + 97 * '-' + '\n'
        'uniform      55.00 ± 7.07    0.450    0.050    0.950                '
        '       1.50\n'
        'untrained    50.00           0.400    0.100    1.000                '
        '       1.00')


def test_retrieval_is_shown_where_graphs_were_held_out() -> None:
    rows = pd.DataFrame(dict(accuracy=['0.5', '0.6'],
                             instance_retrieval=['0.25', '0.3'],
                             sampling_seconds=['1', '2']))
    header, _, first, second = summary_table({
        'uniform': rows, 'untrained': rows[:1]}).splitlines()
    assert header.startswith('sampler        accuracy %          R@1 %    top')
    assert first == ('uniform      55.00 ± 7.07   27.50 ± 3.54' + 50 * ' ' +
                     '1.50')
    assert second.startswith('untrained    50.00          25.00    ')
    empty = rows.assign(instance_retrieval='')  # other settings in the file
    assert 'R@1' not in summary_table({'uniform': empty})


def test_long_labels_fit() -> None:
    rows = pd.DataFrame(dict(accuracy=['0.5']))
    label = 'proximity(num_neighbors=20)'
    header, line, first, _ = summary_table({label: rows, 'knn': rows},
                                           'AP').splitlines()
    assert len(header) == len(line) == 97 + len(label) - 9
    assert first == f'{label}    50.00'
    assert header.startswith('sampler' + 32 * ' ' + 'AP %')


def test_every_measure_has_a_column() -> None:
    assert set(MEASURES) == {name for name, _, _ in COLUMNS
                             if not name.endswith('_seconds')}


@pytest.mark.parametrize('path', COMPARED, ids=lambda path: path.parent.name)
def test_committed_rows_are_shown(path: Path, tmp_path: Path) -> None:
    r"""Most are from before top-1 similarity was measured."""
    rows = read_rows(path)
    before = summary_table({'committed': rows}).splitlines()[2]
    assert f'{rows["similarity"].replace("", "nan").astype(float).mean():.3f}'\
        in before
    (tmp_path / 'results.csv').write_text(path.read_text())
    append_rows(tmp_path / 'results.csv', [dict(
        rows.iloc[0], hardest_negative_similarity=0.125)])
    more = read_rows(tmp_path / 'results.csv')
    assert more[rows.columns].iloc[:len(rows)].equals(rows)
    after = summary_table({'old': more.iloc[:-1], 'new': more.iloc[-1:]})
    assert after.splitlines()[2].split()[2:] == before.split()[2:]
    assert '0.125' in after.splitlines()[3]
