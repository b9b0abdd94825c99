r"""Do hard mini-batches help SimCLR on images, and what guards them against
false negatives?

FINDING (November 2026, two CPU cores)
On half of Omniglot's alphabets, 30 seeds: hard mini-batches that leave out of
the loss the 1 % of pairs with most neighbors in common, which needs no labels,
gain 0.53 ± 0.28 points of 1-NN accuracy over uniform ones (+0.57 ± 0.34 in the
20 seeds run to confirm the first ten), about half of which uniform ones gain
by the guard as well: to these it is +0.27 ± 0.28. Unguarded ones -0.10 ± 0.29,
guarded by labels +1.16 ± 0.34, and +0.29 ± 0.30 to uniform ones with labels.
On CIFAR-10 (2,500 images, three seeds) all is within noise. On digits, three
seeds, means of hard mini-batches lie below those of uniform ones with NT-Xent,
DCL and HCL; the linear probe loses up to 2.80 ± 2.39 (kNN). The tables are
benchmarks/results/images/*.md, which `--report` makes anew from the rows.

Omniglot (4,840 drawings of 242 characters), scikit-learn's digits and
CIFAR-10, with recorded projections and equal steps: nearest neighbors and a
linear probe on the frozen encoder. Guards were chosen with other seeds on half
of Omniglot's alphabets, 'omniglot-a'; rows of that choice are not kept.
`--full --device cuda` trains a ResNet-18 on all of CIFAR-10.
"""

import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import pandas as pd

from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.runs import (TOP, Table, as_json, by_seed, compared,
                             mean_and_std, mean_text, rows_in, table_parser,
                             without_empty, write_table)
from benchmarks.simclr.evaluate import evaluate
from benchmarks.simclr.images import Images, load_images
from benchmarks.simclr.train import Settings, train
from pyg_batchsampler.checks import check_device

OUT = Path(__file__).parent / 'results' / 'images'
PER_CLASS = 250  # images of CIFAR-10, unless it is full
HARD: Dict[str, Any] = dict(sampler='proximity')  # single walks
GROUPS: Dict[str, Any] = dict(HARD, walk_size=4, num_neighbors=None)
SAMPLERS: Dict[str, Dict[str, Any]] = {
    'uniform': {},
    'kNN': dict(sampler='knn', replacement=True),
    'walks': dict(HARD, replacement=True),
    'hard, exactly once': HARD,
    'groups of 4': GROUPS,
}
LABELS = dict(guard='labels')
GUARDED: Dict[str, Dict[str, Any]] = {
    'uniform, same class out': LABELS,
    'hard, same class out': dict(HARD, **LABELS),
    'groups of 4, same class out': dict(GROUPS, **LABELS),
    'uniform, shared neighbors 0.5 % out': dict(guard='shared:0.005'),
    'hard, shared neighbors 1 % out': dict(HARD, guard='shared:0.01'),
    'groups of 4, shared neighbors 1 % out': dict(GROUPS,
                                                  guard='shared:0.01'),
}
LOSSES: Dict[str, Dict[str, Any]] = {
    f'{loss.upper()}, {name}': dict(own, loss=loss)
    for loss in ['dcl', 'hcl'] for name, own in SAMPLERS.items()
    if name != 'walks'}


class Experiment(NamedTuple):
    r"""What is done with a set of images.

    Args:
        settings (Settings): What its rows share.
        rows (dict): What each changes.
        num_neighbors (int): Neighbors that vote in the score.
        has_probe (bool): Whether there is a linear probe besides.
    """
    settings: Settings
    rows: Dict[str, Dict[str, Any]]
    num_neighbors: int
    has_probe: bool = True


def with_norm(norm: str,
              rows: Dict[str, Dict[str, Any]]) -> Dict[str, Dict[str, Any]]:
    r"""Returns rows under another normalization."""
    return {f'{norm} norm, {row}': dict(own, norm=norm)
            for row, own in rows.items()}


ROWS_OF_DRAWINGS = {**SAMPLERS, **GUARDED}
ROWS_OF_DRAWINGS.update(with_norm('group', ROWS_OF_DRAWINGS))
DRAWINGS = Settings(num_candidates=2000, num_neighbors=100)
EXPERIMENTS = {
    'digits': Experiment(
        Settings(encoder='resnet', channels=8, batch_size=128,
                 temperature=0.2),
        {**SAMPLERS, **LOSSES}, 10),
    'omniglot': Experiment(DRAWINGS, ROWS_OF_DRAWINGS, 1, False),
    **{half: Experiment(
        replace(DRAWINGS, num_candidates=1000, num_neighbors=50),
        ROWS_OF_DRAWINGS, 1, False)
       for half in ['omniglot-a', 'omniglot-b']},
    'cifar10': Experiment(
        Settings(encoder='resnet', channels=16, views='color', batch_size=128,
                 temperature=0.2),
        {**SAMPLERS, **LOSSES}, 20),
}
FULL: Dict[str, Any] = dict(channels=64, blocks=(2, 2, 2, 2), epochs=100,
                            batch_size=256)
UNTRAINED = dict(epochs=0)
ROWS = list(dict.fromkeys(['untrained', *(
    row for experiment in EXPERIMENTS.values() for row in experiment.rows)]))


def rows_of(name: str, **changes: Any) -> Dict[str, Settings]:
    r"""Returns the settings of all rows of a table."""
    experiment = EXPERIMENTS[name]
    settings = replace(experiment.settings, **changes)
    return {row: replace(settings, **own) for row, own in {
        'untrained': UNTRAINED, **experiment.rows}.items()}


def key_of(settings: Settings, num_instances: int,
           seed: Optional[int] = None) -> Dict[str, Any]:
    r"""Returns what tells a row of the CSV file from others."""
    key = dict(asdict(settings), num_instances=num_instances)
    return key if seed is None else dict(key, seed=seed)


def run(name: str, images: Images, test: Optional[Images],
        settings: Settings, seed: int, device: str) -> Dict[str, Any]:
    r"""Trains and evaluates one model; returns what its row holds."""
    start = time.perf_counter()
    out = train(images, settings, seed, device)
    seconds = time.perf_counter() - start
    experiment = EXPERIMENTS[name]
    scores = evaluate(out.model, images, experiment.num_neighbors, test,
                      experiment.has_probe)
    measured = out._asdict()
    del measured['model']
    return dict(**scores._asdict(), **measured, seconds=round(seconds, 1),
                device=device)


def is_base(settings: Settings) -> bool:
    r"""Whether the rows of the same loss and normalization are compared with
    it."""
    return (settings.sampler == 'uniform' and settings.guard == 'none'
            and settings.epochs > 0)


def report(name: str, out: Path, num_instances: int,
           rows: Dict[str, Settings]) -> str:
    r"""Makes the table of a data set anew from its rows."""
    frame = rows_in(out / name)
    scores = {'knn': f'{EXPERIMENTS[name].num_neighbors}-NN %'}
    if EXPERIMENTS[name].has_probe:
        scores['probe'] = 'linear probe %'
    table: Table = [['mini-batches']]
    for title in scores.values():
        table[0] += [title, 'to uniform ± 95 % CI']
    table[0] += ['to uniform, guarded alike', 'to unguarded ± 95 % CI',
                 'similarity', 'top-1', 'same label', 'left out', 'rightly']
    base: Dict[Tuple[str, ...], 'pd.Series[float]'] = {}
    alike: Dict[Tuple[str, ...], 'pd.Series[float]'] = {}
    unguarded: Dict[Settings, 'pd.Series[float]'] = {}
    for row, settings in rows.items():
        runs = by_seed(frame, key_of(settings, num_instances))
        if runs.empty:
            continue
        line = [row]
        for score in scores:
            own = 100 * runs[score].astype(float)
            kind = (settings.norm, settings.loss, score)
            line += [mean_and_std(own), compared(own, base[kind]).text
                     if kind in base else '']
            if is_base(settings):
                base[kind] = own
        own = 100 * runs['knn'].astype(float)
        line += ['', '']
        kind = (settings.norm, settings.loss, settings.guard.split(':')[0])
        if settings.guard == 'none':
            unguarded[settings] = own
        elif settings.sampler == 'uniform':
            alike[kind] = own
        elif kind in alike:
            line[-2] = compared(own, alike[kind]).text
        if settings.guard != 'none' and (
                replace(settings, guard='none') in unguarded):
            other = unguarded[replace(settings, guard='none')]
            line[-1] = compared(own, other).text
        table.append(line + measured(runs))
    return write_table(out / name, without_empty(table, 'top-1'))


def measured(runs: 'pd.DataFrame') -> List[str]:
    r"""Formats what the mini-batches of some runs were like."""
    mean = {name: runs[name].astype(float).mean() for name in [
        'similarity', 'same_label_rate', 'masked_ratio', 'precision']}
    if not mean['similarity'] == mean['similarity']:
        return [''] * 5
    out = [f'{mean["similarity"]:.3f}', mean_text(runs, TOP),
           f'{mean["same_label_rate"]:.4f}']
    if mean['masked_ratio'] == 0:
        return [*out, '', '']
    return [*out, f'{mean["masked_ratio"]:.4f}', f'{mean["precision"]:.2f}']


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', metavar='NAME',
                           choices=list(EXPERIMENTS),
                           default=['digits', 'omniglot', 'cifar10'],
                           help='sets of images: ' + ', '.join(EXPERIMENTS))
    arguments.add_argument('--rows', nargs='+', metavar='ROW',
                           choices=ROWS, help='rows of the tables (default: '
                           'all): ' + '; '.join(ROWS).replace('%', '%%'))
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per row')
    arguments.add_argument('--first-seed', type=int, default=0, metavar='S',
                           help='seed of the first run')
    arguments.add_argument('--full', action='store_true',
                           help='all of CIFAR-10 and a ResNet-18')
    arguments.add_argument('--device', default='cpu', help='where to train')
    args = arguments.parse_args()
    check_device('device', args.device)
    changes: Dict[str, Any] = FULL if args.full else {}
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.out = ['digits'], Path(folder)
            args.rows = ['uniform', 'hard, exactly once', 'groups of 4']
            seeds, changes = range(1), dict(epochs=2)
        for name in args.datasets:
            is_full = args.full or name != 'cifar10'
            images = load_images(name, args.root, 'train',
                                 None if is_full else PER_CLASS)
            rows = rows_of(name, **changes)
            if not args.report:
                wanted = {row: settings for row, settings in rows.items()
                          if args.rows is None or row in args.rows}
                test = load_images(name, args.root, 'test') if (
                    name == 'cifar10') else None
                fill(args.out / name / 'results.csv', [
                    (key_of(settings, len(images.x), seed),
                     partial(run, name, images, test, settings, seed,
                             args.device))
                    for seed in seeds for settings in wanted.values()],
                    desc=name)
            print(f'{name}\n\n{report(name, args.out, len(images.x), rows)}')
        write_json(args.json, as_json(args.datasets, args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
