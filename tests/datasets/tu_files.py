r"""Files of a small TU data set."""

from pathlib import Path


def write_tu(root: Path, name: str, with_labels: bool = True) -> None:
    r"""Writes paths of three and four nodes as a TU data set."""
    raw = root / 'TU' / name / 'raw'
    raw.mkdir(parents=True)
    edges, indicator, nodes, first = [], [], [], 1
    for i in range(24):
        size = 3 + i % 2
        for j in range(size - 1):
            a, b = first + j, first + j + 1
            edges += [f'{a}, {b}', f'{b}, {a}']
        indicator += [str(i + 1)] * size
        nodes += [str(j % 2) for j in range(size)]
        first += size
    (raw / f'{name}_A.txt').write_text('\n'.join(edges) + '\n')
    (raw / f'{name}_graph_indicator.txt').write_text(
        '\n'.join(indicator) + '\n')
    (raw / f'{name}_graph_labels.txt').write_text(
        '\n'.join(str(i % 2) for i in range(24)) + '\n')
    if with_labels:
        (raw / f'{name}_node_labels.txt').write_text('\n'.join(nodes) + '\n')
