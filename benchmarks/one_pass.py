r"""Do hard mini-batches help where data are many and each is seen once?

FINDING (November 2026, 2 CPU cores)
No: planned by the model itself, groups of 4 find molecules as often as uniform
mini-batches (R@1 90.9 %, +0.1 ± 0.8, ten seeds), and halves of sentences no
more often; planned on another embedding they lost on the data to select by.
Tables are in benchmarks/results/one_pass.

A single pass leaves nothing to memorise: what is fitted faster is also what
generalizes. Two tasks: half a sentence is to find its other half (133,000
sentences, a bag of words), and a copy of a molecule that lost a fifth of its
atoms is to find it (ogbg-molhiv, 37,000 molecules, GIN). Mini-batches are
planned from the first one on by what is known beforehand, a latent semantic
analysis of whole sentences, principal components of Morgan fingerprints, or by
the model itself (`--plans encoder`), anew after each quarter.

A tenth of the data is kept for the test, 2,000 instances of it for each seed.
Settings are chosen on 2,000 of the others, with seeds of their own. R@1 and
MRR (mean reciprocal rank) among these 2,000 are means of both directions, also
after each quarter of the pass.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import pandas as pd
import torch
from torch import Tensor

from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS
from benchmarks.once import molhiv, sentences
from benchmarks.once.task import Data
from benchmarks.pairs import Negatives, means, negatives
from benchmarks.runs import (TOP, Table, as_json, by_seed, compared,
                             mean_and_std, mean_text, rows_in, table_parser,
                             write_table)
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.cli.value_of import value_of
from pyg_batchsampler.nn.gin_encoder import NORMS
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.training import Step, fit

OUT = Path(__file__).parent / 'results' / 'one_pass'
TASKS = {'sentences': sentences, 'ogbg-molhiv': molhiv}
NUM_QUARTERS = 4
FIRST_SEED = {'select': 1000, 'test': 0}


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed."""
    mini_batches: str = 'uniform'
    batch_size: int = 64
    lr: float = 0.1
    norm: Optional[str] = 'batch'
    plan: str = 'known'


def split(data: Data, part: str, seed: int) -> Tuple[Tensor, Tensor]:
    r"""Returns the instances to train on and those to be found."""
    perm = torch.randperm(len(data.instances), generator=make_generator(0))
    num_rest = 9 * perm.numel() // 10
    own, kept = perm[:num_rest], perm[num_rest:]
    source = own if part == 'select' else kept
    source = source[torch.randperm(source.numel(),
                                   generator=make_generator(seed, 3))]
    test = source[:data.num_tested]
    return (source[data.num_tested:] if part == 'select' else own), test


def train_and_test(task: str, data: Data, part: str, setting: Setting,
                   seed: int) -> Dict[str, float]:
    r"""Returns how well other halves are found, and what the loss
    compared."""
    train, test = split(data, part, seed)
    run = TASKS[task].begin(data, train, test, setting.norm, setting.lr, seed)
    planned: Dict[str, Any] = dict(embedding=data.embedding[train])
    if setting.plan == 'encoder':
        planned = dict(encoder=run.model, warmup_epochs=0, refresh_interval=(
            len(train) // (NUM_QUARTERS * setting.batch_size)))
    loader = BatchSamplerLoader(
        run.dataset, setting.batch_size, seed=seed, drop_last=True,
        **run.arguments, **planned,
        **KINDS[setting.mini_batches].arguments(len(train)))
    found: List[Negatives] = []
    out: Dict[str, float] = {}

    def on_step(step: Step) -> None:
        assert isinstance(step.views, tuple)
        found.append(negatives(*step.views))
        quarter, rest = divmod(NUM_QUARTERS * len(found), len(loader))
        if rest < NUM_QUARTERS:
            rank = run.score()
            out[f'recall_{quarter}'] = rank['recall_1']
            out[f'mrr_{quarter}'] = rank['mrr']

    progress = fit(run.model, run.method, loader, run.optimizer, 1,
                   on_step=on_step)
    return dict(recall=out[f'recall_{NUM_QUARTERS}'],
                mrr=out[f'mrr_{NUM_QUARTERS}'], **out, num_steps=len(found),
                **means(found), seconds=round(progress.seconds, 1))


def run(task: str, root: str, out: Path, part: str, settings: List[Setting],
        seeds: List[int]) -> None:
    r"""Runs what is missing, seed after seed."""
    data = TASKS[task].load(root)
    fill(out / task / part / 'results.csv', [
        (dict(part=part, seed=seed, **setting._asdict()),
         partial(train_and_test, task, data, part, setting, seed))
        for seed in seeds for setting in settings], desc=f'{task}, {part}')


def report(task: str, out: Path, part: str) -> str:
    r"""Makes the table of a part anew from its rows."""
    frame = rows_in(out / task / part)
    table: Table = [['normalization', 'planned by', 'B', 'learning rate',
                     'mini-batches', 'R@1 %', 'to uniform ± 95 % CI', 'MRR %',
                     'to uniform ± 95 % CI', 'similarity', 'top-1']]
    keys = frame[list(Setting._fields)].drop_duplicates()
    for kind, size, lr, norm, plan in sorted(
            keys.itertuples(index=False),
            key=lambda key: (key[3], int(key[1]), float(key[2]), key[4],
                             list(KINDS).index(key[0]))):
        own, base = (by_seed(frame, dict(
            part=part, mini_batches=name, batch_size=size, lr=lr, norm=norm,
            plan=by)) for name, by in [(kind, plan), ('uniform', 'known')])
        cells = []
        for name in ['recall', 'mrr']:
            value = pd.to_numeric(own[name])
            difference = compared(value, pd.to_numeric(base[name]))
            cells += [mean_and_std(value), '' if kind == 'uniform' or
                      difference.num_pairs == 0 else difference.text]
        table.append([norm or 'none', plan, size, lr, kind, *cells,
                      mean_text(own, 'similarity'), mean_text(own, TOP)])
    return write_table(out / f'{task}-{part}', table)


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', choices=list(TASKS),
                           default=list(TASKS), help='what is found')
    arguments.add_argument('--part', choices=list(FIRST_SEED), default='test',
                           help='what is run')
    arguments.add_argument('--kinds', nargs='+', choices=list(KINDS),
                           default=['uniform', 'groups of 4', 'groups of 8'],
                           metavar='KIND', help='mini-batches: ' +
                           '; '.join(KINDS))
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           default=[64], help='what is run')
    arguments.add_argument('--lr', type=float, nargs='+', default=[0.1],
                           help='learning rates')
    arguments.add_argument('--norms', nargs='+', default=['batch'],
                           type=value_of(str, takes_none=True).read,
                           choices=[*NORMS], help='normalization')
    arguments.add_argument('--plans', nargs='+', default=['known'],
                           choices=['known', 'encoder'],
                           help='what hard mini-batches are planned by')
    arguments.add_argument('--seeds', type=int, default=10, metavar='N',
                           help='runs per setting')
    args = arguments.parse_args()
    first = FIRST_SEED[args.part]
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.batch_sizes = [16]
        for task in args.datasets:
            if not args.report:
                run(task, args.root, args.out, args.part, [
                    Setting(kind, size, lr, norm, plan)
                    for size in args.batch_sizes for norm in args.norms
                    for lr in args.lr for plan in args.plans
                    for kind in args.kinds],
                    list(range(first, first + args.seeds)))
            print(f'{task}\n\n{report(task, args.out, args.part)}')
        write_json(args.json, as_json(
            [f'{task}/{args.part}' for task in args.datasets], args.out)
            if args.json else {})


if __name__ == '__main__':
    main()
