import pandas as pd

from pyg_batchsampler.experiments.summary_table import summary_table


def test_means_over_seeds() -> None:
    rows = pd.DataFrame(dict(accuracy=['0.5', '0.6'], similarity=['0.1', '0'],
                             sampling_seconds=['1', '2']))
    assert summary_table({'uniform': rows, 'untrained': rows[:1]}) == (
        'sampler        accuracy %  similarity  same label  sampling s  '
        'encoding s  training s\n' + 85 * '-' + '\n'
        'uniform      55.00 ± 7.07       0.050                    1.50\n'
        'untrained    50.00              0.100                    1.00')


def test_long_labels_fit() -> None:
    rows = pd.DataFrame(dict(accuracy=['0.5']))
    label = 'proximity(num_neighbors=20)'
    header, line, first, _ = summary_table({label: rows, 'knn': rows},
                                           'AP').splitlines()
    assert len(header) == len(line) == 85 + len(label) - 9
    assert first == f'{label}    50.00'
    assert header.startswith('sampler' + 32 * ' ' + 'AP %')
