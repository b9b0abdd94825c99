r"""A diagnosis as a page of its own."""

import base64
import io
from html import escape
from itertools import cycle
from typing import TYPE_CHECKING, Any, Dict, List

if TYPE_CHECKING:
    from pyg_batchsampler.diagnosis.diagnose import Diagnosis

STYLE = '''
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .25rem .7rem; border-bottom: 1px solid #ddd;
         text-align: right; font-weight: normal; }
th { color: #555; } td:first-child, th:first-child { text-align: left; }
tr.first td { font-weight: bold; }
.advice { border-left: 4px solid #0067a5; background: #f2f7fb;
          padding: .6rem 1rem; }
pre { background: #f6f6f6; padding: .7rem 1rem; overflow-x: auto;
      font-size: .82rem; line-height: 1.35; }
img { max-width: 100%; } summary { cursor: pointer; }
'''
ABOUT = {
    'top-1': 'similarity of an instance to the most similar other one in its '
             'mini-batch, what a contrastive loss feels',
    'mean': 'similarity of all pairs in a mini-batch',
    'spread': 'variance in a mini-batch over that of the data set',
    'top same': 'share of these most similar others with the same label: '
                'hard negatives that are false',
    'same': 'share of all pairs with the same label',
    'seconds': 'of the first plan of an epoch',
    'MiB': 'by which the memory of the process grew meanwhile',
}


def page(diagnosis: 'Diagnosis') -> str:
    r"""Returns the page as HTML that needs no other file."""
    found, rows = diagnosis.embedding, diagnosis.rows()
    first, *more = diagnosis.sentences()
    title = (f'{found.num_instances:,} instances, {found.dim} dimensions, '
             f'mini-batches of {diagnosis.batch_size}')
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        f'<title>Mini-batches: {title}</title><style>{STYLE}</style></head>',
        f'<body><h1>What hard mini-batches would be like</h1><p>{title}</p>',
        f'<p class="advice">{escape(first)}</p>',
        *(f'<p>{escape(text)}</p>' for text in more),
        '<h2>Plans</h2>', _table(rows, diagnosis.advice.first),
        '<p>' + '<br>'.join(f'<b>{name}</b>: {escape(text)}'
                            for name, text in ABOUT.items()
                            if name in rows[0] or name == 'MiB') + '</p>',
        f'<img alt="top-1 similarity against spread, and top-1 over '
        f'mini-batches" src="data:image/png;base64,{_plot(diagnosis)}">',
        '<h2>Real mini-batches</h2><p>Each instance with its nearest '
        'partners in the mini-batch and their similarity.</p>']
    for name, text in diagnosis.partners.items():
        parts.append(f'<details{" open" * (name == diagnosis.advice.first)}>'
                     f'<summary>{escape(name)}</summary>'
                     f'<pre>{escape(text)}</pre></details>')
    parts += ['<h2>The embedding</h2>', _facts(found), '</body></html>\n']
    return '\n'.join(parts)


def _table(rows: List[Dict[str, Any]], first: Any) -> str:
    names = {name: 'MiB' if name == 'mib' else name for name in rows[0]}
    out = ['<table><tr>' + ''.join(f'<th>{escape(name)}</th>'
                                   for name in names.values()) + '</tr>']
    for row in rows:
        cells = [escape(row['plan'])]
        for name in [name for name in names if name != 'plan']:
            digits = {'seconds': 2, 'mib': 0}.get(name, 3)
            cells.append(f'{round(row[name], digits) + 0.0:.{digits}f}')
        mark = ' class="first"' if row['plan'] == first else ''
        out.append(f'<tr{mark}>' + ''.join(f'<td>{cell}</td>'
                                           for cell in cells) + '</tr>')
    return '\n'.join([*out, '</table>'])


def _facts(found: Any) -> str:
    facts = [
        ('similarity of all pairs', f'{found.mean_similarity:.3f}'),
        ('of the nearest other instance', f'{found.nearest_similarity:.3f}'),
        ('of the nearest by chance, with every dimension shuffled',
         f'{found.shuffled_similarity:.3f}'),
        ('instances that coincide with another one',
         f'{100 * found.duplicate_share:.1f} %')]
    if len(found.duplicates):
        facts.append(('such pairs', ', '.join(
            f'{i} and {j}' for i, j in found.duplicates.tolist())))
    facts.append(('most often among the 10 nearest of others', ', '.join(
        f'{i} ({100 * share:.1f} %)' for i, share in zip(
            found.hubs.tolist(), found.hub_shares.tolist()))))
    return '<table>' + ''.join(
        f'<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>'
        for name, value in facts) + '</table>'


def _plot(diagnosis: 'Diagnosis') -> str:
    r"""Returns a plot of all plans as a PNG file, in base 64."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout='constrained')
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    for marker, plan in zip(cycle('os^Dv*Pph<>'), diagnosis.plans):
        top, spread = (plan.report[name] for name in
                       ['hardest_negative_similarity', 'spread'])
        left.plot(spread.mean, top.mean, marker, ms=8, label=plan.name)
        values = top.values.cpu()
        right.plot(range(len(values)), values.sort().values, lw=1.5)
    left.set_xlabel('spread')
    left.set_ylabel('top-1 similarity')
    left.legend(frameon=False, fontsize=8)
    right.set_xlabel('mini-batches, from soft to hard')
    right.set_ylabel('top-1 similarity')
    for axis in (left, right):
        axis.grid(alpha=0.3)
        axis.spines[['top', 'right']].set_visible(False)
    file = io.BytesIO()
    figure.savefig(file, format='png', dpi=110)
    return base64.b64encode(file.getvalue()).decode()
