r"""Do hard mini-batches help to find molecules by their descriptions?

FINDING (November 2026, 2 CPU cores)
Small ones: at B = 16 groups of 4 find 24.3 instead of 21.9 % of 1,000 held-out
molecules (+2.4 ± 0.7, ten seeds), at B = 32 +1.9 ± 1.7 (five seeds, one rate).
At B = 64 and 128 they find as many as uniform mini-batches, at B = 256 they
lose 1.1 ± 0.6. Tables are in benchmarks/results/molecules; `--report` makes
them anew.

A graph encoder and a frozen sentence encoder, each with a head, learn which
of 6,601 molecules of ChEBI-20 and which texts belong together: symmetric
InfoNCE, equal steps and initial weights for every contender. Every pair is
its own class. Mini-batches are planned on projections that training recorded,
after two uniform epochs.

Reported are how often the other side comes first (R@1) and its mean reciprocal
rank (MRR), means of both directions: of 1,000 pairs held out, among themselves
and among all, and of all pairs among all, most of which were trained on.

    python -m benchmarks.molecules --part select --seeds 2
    python -m benchmarks.molecules --seeds 10

Learning rates are chosen for every contender, by the MRR of pairs held out, on
pairs and seeds of their own ('select'): 2,000 pairs never take part. For the
test, 1,000 of these are held out, others for every seed.
"""

import argparse
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List

from benchmarks.chebi.data import load_pairs
from benchmarks.chebi.table import chosen_lr, report
from benchmarks.chebi.train_and_test import (EPOCHS, GUARDS, Setting,
                                             train_and_test)
from benchmarks.chosen import FIRST_SEED, LRS, add_flags
from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS
from benchmarks.runs import as_json, table_parser

OUT = Path(__file__).parent / 'results' / 'molecules'


def settings_of(args: argparse.Namespace) -> List[Setting]:
    r"""Returns the settings that are asked for; of every contender those of
    its learning rates: all that are given, or the one that was chosen."""
    settings = []
    for size, norm, guard, plan, kind in product(
            args.batch_sizes, args.norms, args.guards, args.plans, args.kinds):
        setting = Setting(*KINDS[kind], batch_size=size, norm=norm,
                          guard=guard, plan=plan,
                          epochs=args.epochs or EPOCHS[size])
        lrs = args.lr or (LRS if args.part == 'select' else [
            chosen_lr(args.out, setting._asdict())])
        settings += [setting._replace(lr=lr) for lr in lrs]
    return settings


def run(args: argparse.Namespace) -> None:
    r"""Runs what is missing, seed after seed; each batch size has a file."""
    dataset = load_pairs(args.root)
    first = args.first_seed
    if first is None:
        first = FIRST_SEED[args.part]
    for size in args.batch_sizes:
        fill(args.out / str(size) / args.part / 'results.csv',
             [(dict(seed=seed, **setting._asdict()),
               partial(train_and_test, dataset, args.part, setting, seed))
              for seed in range(first, first + args.seeds)
              for setting in settings_of(args) if setting.batch_size == size],
             desc=f'B = {size}, {args.part}')


def parser() -> argparse.ArgumentParser:
    arguments = table_parser(__doc__, OUT)
    add_flags(arguments, list(GUARDS))
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           choices=list(EPOCHS), default=[16, 64, 256],
                           help='pairs per mini-batch: ' +
                           ', '.join(map(str, EPOCHS)))
    arguments.add_argument('--kinds', nargs='+', metavar='KIND',
                           choices=list(KINDS),
                           default=['uniform', 'single groups', 'groups of 4',
                                    'groups of 8'],
                           help='mini-batches: ' + '; '.join(KINDS))
    arguments.add_argument('--plans', nargs='+', default=['recorded'],
                           choices=['recorded', 'texts'],
                           help='what mini-batches are planned on: recorded '
                           'projections of both sides, or the embeddings of '
                           'texts that are known beforehand')
    arguments.add_argument('--epochs', type=int, metavar='N',
                           help='passes over the pairs; if not given 8 for B '
                           'of 16 and 32, 12 for others')
    return arguments


def main() -> None:
    args = parser().parse_args()
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.batch_sizes, args.epochs, args.lr = [16], 3, [0.01]
        if not args.report:
            run(args)
        for size in args.batch_sizes:
            print(report(args.out, size, args.part))
        write_json(args.json, as_json(
            [f'{size}/{args.part}' for size in args.batch_sizes], args.out)
            if args.json else {})


if __name__ == '__main__':
    main()
