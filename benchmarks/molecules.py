r"""Do hard mini-batches help to find molecules by their descriptions?

FINDING (December 2026, 2 CPU cores)
Small ones: at B = 16 groups of 4 find 29.3 instead of 26.2 % of 1,000 held-out
molecules (+3.1 ± 0.8, ten seeds), at B = 32 33.7 instead of 31.5 (+2.2 ± 0.7).
Started after two of twelve epochs, they gain nothing at B = 64 and lie 0.9 ±
0.8 and 0.9 ± 0.6 of MRR below uniform ones at 128 and 256; after six epochs
they lose nothing.
Tables are in benchmarks/results/molecules; `--report` makes them anew.

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
from benchmarks.chebi.train_and_test import (BATCH_SIZES, EPOCHS, GUARDS,
                                             Setting, train_and_test)
from benchmarks.contest import Contest, add_flags, add_norms, seeds_of
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS
from benchmarks.runs import TOP, as_json, table_parser

OUT = Path(__file__).parent / 'results' / 'molecules'


def contest(out: Path, batch_size: int) -> Contest:
    r"""Returns what is compared at a batch size."""
    return Contest(
        out / str(batch_size),
        dict(held_out_mrr='MRR %', held_out_recall_1='R@1 %',
             among_all_mrr='MRR among all %', all_mrr='MRR of all %'),
        dict(epochs='epochs', norm='normalization', guard='guard',
             plan='planned on', warmup_epochs='uniform epochs'),
        {f'planned_{TOP}': 'planned top-1', TOP: 'top-1',
         'similarity': 'mean', 'spread': 'spread', 'seconds': 'training s'},
        instead=[dict(guard='kept')],
        alone=dict(plan='recorded', warmup_epochs=2))


def settings_of(args: argparse.Namespace, batch_size: int) -> List[Setting]:
    r"""Returns the settings that are asked for, at any learning rate."""
    return [Setting(*KINDS[kind], batch_size=batch_size, norm=norm,
                    guard=guard, plan=plan, epochs=args.epochs,
                    warmup_epochs=args.warmup_epochs)
            for norm, guard, plan, kind in product(
                args.norms, args.guards, args.plans, args.kinds)]


def parser() -> argparse.ArgumentParser:
    arguments = table_parser(__doc__, OUT)
    add_flags(arguments, list(KINDS), ['uniform', 'single groups',
                                       'groups of 4', 'groups of 8'])
    add_norms(arguments, 'batch')
    arguments.add_argument('--guards', nargs='+', default=['kept'],
                           choices=list(GUARDS),
                           help='what is done with false negatives')
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           choices=BATCH_SIZES, default=[16, 64, 256],
                           help='pairs per mini-batch: ' +
                           ', '.join(map(str, BATCH_SIZES)))
    arguments.add_argument('--plans', nargs='+', default=['recorded'],
                           choices=['recorded', 'texts'],
                           help='what mini-batches are planned on: recorded '
                           'projections of both sides, or the embeddings of '
                           'texts that are known beforehand')
    arguments.add_argument('--epochs', type=int, default=EPOCHS, metavar='N',
                           help='passes over the pairs')
    arguments.add_argument('--warmup-epochs', type=int, default=2,
                           metavar='N', help='uniform passes before the '
                           'first planned ones')
    return arguments


def main() -> None:
    arguments = parser()
    args = arguments.parse_args()
    if args.warmup_epochs >= args.epochs:
        arguments.error("'--warmup-epochs' must be less than '--epochs', "
                        f"{args.epochs} (got {args.warmup_epochs}), or all "
                        'mini-batches are uniform')
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.batch_sizes, args.epochs, args.lr = [16], 3, [0.01]
        dataset = None if args.report else load_pairs(args.root)
        for size in args.batch_sizes:
            own = contest(args.out, size)
            if dataset is not None:
                own.run(args.part, own.settings(
                    settings_of(args, size), args.part, args.lr),
                    seeds_of(args), partial(train_and_test, dataset,
                                            args.part))
            print(own.report(args.part))
        write_json(args.json, as_json(
            [f'{size}/{args.part}' for size in args.batch_sizes], args.out)
            if args.json else {})


if __name__ == '__main__':
    main()
