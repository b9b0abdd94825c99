r"""Do hard mini-batches help where graphs have many classes?

FINDING (November 2026, 2 CPU cores)
No: with its own learning rate each, groups of 4 lie 0.3 ± 0.6 points of 1-NN
above uniform mini-batches on COIL-DEL, 0.5 ± 0.4 below on classes that were
never trained on, 0.8 ± 1.0 below on Letter-high (ten seeds). Copies of graphs
are found a little more often (R@1 +0.4 ± 0.2), without normalization less
often (-2.5 ± 0.9, five seeds).

Trains GraphCL on COIL-DEL (100 classes) and Letter-high (15), graphs of
points in the plane, where most negatives are true ones: GIN, two views that
lost a fifth of their nodes each, NT-Xent, and batch-norm statistics of the
training graphs after training. Embeddings are scored by their nearest
neighbors (leave one out), by a linear probe, and by whether a graph is found
by a copy that lost a fifth of its nodes; with `--held-out`, on graphs of
classes that were never trained on, half of them, others for every seed. In
Letter-high, two fifths of the graphs are too small to lose a node.

    python -m benchmarks.many_classes --part select --seeds 3
    python -m benchmarks.many_classes --seeds 10

Learning rates are chosen for every contender, by its nearest neighbors, on
seeds of their own ('select'); the others ('test') tell what it gains.
"""

import argparse
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List

import torch
from torch_geometric.data import InMemoryDataset

from benchmarks.classes.train_and_test import GUARDS, Setting, train_and_test
from benchmarks.contest import Contest, add_flags, add_norms, seeds_of
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS, UNTRAINED, MiniBatches
from benchmarks.runs import TOP, as_json, table_parser
from pyg_batchsampler.datasets import load_dataset

OUT = Path(__file__).parent / 'results' / 'many_classes'
DATASETS = ['COIL-DEL', 'Letter-high']
CONTENDERS = {UNTRAINED: MiniBatches(UNTRAINED), **KINDS}


def contest(out: Path, name: str) -> Contest:
    r"""Returns what is compared on a data set."""
    return Contest(
        out / name,
        dict(nearest='1-NN %', linear='linear %', recall='R@1 %'),
        dict(held_out='unseen classes', batch_size='B', epochs='epochs',
             norm='normalization', guard='guard'),
        {f'planned_{TOP}': 'planned top-1', TOP: 'top-1',
         'similarity': 'mean', 'spread': 'spread',
         'hardest_same_label_rate': 'top same', 'same_label_rate': 'same',
         'training_seconds': 'training s'},
        CONTENDERS, instead=[dict(held_out=False), dict(guard='kept')])


def load(name: str, root: str) -> InMemoryDataset:
    r"""Loads graphs with their attributes, standardised."""
    dataset = load_dataset(name, root, features='degree')
    data = dataset._data
    data.x = (data.x - data.x.mean(dim=0)) / data.x.std(dim=0)
    return dataset.copy()


def settings_of(args: argparse.Namespace) -> List[Setting]:
    r"""Returns the settings that are asked for, at any learning rate."""
    return [Setting(*CONTENDERS[kind], batch_size=args.batch_size, norm=norm,
                    guard=guard, epochs=args.epochs, held_out=args.held_out)
            for norm, guard, kind in product(args.norms, args.guards,
                                             args.kinds)]


def parser() -> argparse.ArgumentParser:
    arguments = table_parser(__doc__, OUT)
    add_flags(arguments, list(CONTENDERS), list(CONTENDERS))
    add_norms(arguments, 'batch')
    arguments.add_argument('--guards', nargs='+', default=['kept'],
                           choices=list(GUARDS),
                           help='what is done with false negatives')
    arguments.add_argument('--datasets', nargs='+', default=DATASETS,
                           metavar='NAME', help='data sets')
    arguments.add_argument('--batch-size', type=int, default=128, metavar='B',
                           help='instances per mini-batch')
    arguments.add_argument('--epochs', type=int, default=20, metavar='N',
                           help='passes over the data set')
    arguments.add_argument('--held-out', action='store_true',
                           help='train on half of the classes, test on the '
                           'others')
    return arguments


def main() -> None:
    args = parser().parse_args()
    torch.set_num_threads(1)  # graphs are small, and other runs beside
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.seeds, args.out = ['digits'], 1, Path(folder)
            args.kinds = [UNTRAINED, 'uniform', 'groups of 8']
            args.epochs, args.held_out, args.lr = 4, True, [0.01]
        for name in args.datasets:
            own = contest(args.out, name)
            if not args.report:
                own.run(args.part, own.settings(
                    settings_of(args), args.part, args.lr), seeds_of(args),
                    partial(train_and_test, load(name, args.root)))
            print(f'{name}\n\n{own.report(args.part)}')
        write_json(args.json, as_json(
            [f'{name}/{args.part}' for name in args.datasets], args.out)
            if args.json else {})


if __name__ == '__main__':
    main()
