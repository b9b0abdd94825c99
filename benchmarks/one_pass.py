r"""Do hard mini-batches help where data are many and each is seen once?

FINDING (December 2026, 2 CPU cores)
No: planned by the model itself, groups of 4 find copies of molecules as often
as uniform mini-batches (R@1 91.0 and 90.9 %, +0.2 ± 0.6, ten seeds), and
halves of sentences no more often (-0.1 ± 0.3). Tables are in
benchmarks/results/one_pass.

A single pass leaves nothing to memorise: what is fitted faster is also what
generalizes. Two tasks: half a sentence is to find its other half (133,000
sentences, a bag of words), and a copy of a molecule that lost a fifth of its
atoms is to find it (ogbg-molhiv, 37,000 molecules, GIN). Mini-batches are
planned by the model itself, as it is in the beginning and anew after each
quarter, or from the first one on by what is known beforehand (`--plans
known`): a latent semantic analysis of whole sentences, principal components of
Morgan fingerprints.

A tenth of the data is kept for the test, 2,000 instances of it for each seed.
Settings are chosen on 2,000 of the others, with seeds of their own. R@1 and
MRR (mean reciprocal rank) among these 2,000 are means of both directions, also
after each quarter of the pass.
"""

import argparse
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from benchmarks.contest import Contest, add_flags, seeds_of
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS, mini_batches_of
from benchmarks.once import molhiv, sentences
from benchmarks.once.task import Data
from benchmarks.pairs import Negatives, means, negatives
from benchmarks.runs import TOP, as_json, table_parser
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.training import Step, fit

OUT = Path(__file__).parent / 'results' / 'one_pass'
TASKS = {'sentences': sentences, 'ogbg-molhiv': molhiv}
NUM_QUARTERS = 4


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed; the first ones
    are those of :class:`MiniBatches`."""
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False
    batch_size: int = 64
    lr: float = 0.1
    norm: Optional[str] = None
    plan: str = 'encoder'


def contest(out: Path, task: str) -> Contest:
    r"""Returns what is compared on a task."""
    return Contest(
        out / task, dict(mrr='MRR %', recall='R@1 %'),
        dict(norm='normalization', plan='planned by', batch_size='B'),
        {'similarity': 'mean', TOP: 'top-1', 'seconds': 'training s'},
        alone=dict(plan='encoder'))


def settings_of(args: argparse.Namespace, task: str) -> List[Setting]:
    r"""Returns the settings that are asked for, at any learning rate."""
    return [Setting(*KINDS[kind], batch_size=size, norm=TASKS[task].NORM,
                    plan=plan)
            for size, plan, kind in product(args.batch_sizes, args.plans,
                                            args.kinds)]


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
                   seed: int) -> Dict[str, Any]:
    r"""Returns how well other halves are found, and what the loss
    compared."""
    train, test = split(data, part, seed)
    run = TASKS[task].begin(data, train, test, setting.norm, setting.lr, seed)
    planned: Dict[str, Any] = dict(embedding=data.embedding[train])
    if setting.plan == 'encoder':
        num_steps = len(train) // setting.batch_size
        planned = dict(encoder=run.model, warmup_epochs=0,
                       refresh_interval=-(-num_steps // NUM_QUARTERS))
    loader = BatchSamplerLoader(
        run.dataset, setting.batch_size, seed=seed, drop_last=True,
        **run.arguments, **planned,
        **mini_batches_of(setting).arguments(len(train)))
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


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', choices=list(TASKS),
                           default=list(TASKS), help='what is found')
    add_flags(arguments, list(KINDS), ['uniform', 'groups of 4'], 10)
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           default=[64], help='what is run')
    arguments.add_argument('--plans', nargs='+', default=['encoder'],
                           choices=['known', 'encoder'],
                           help='what hard mini-batches are planned by: an '
                           'embedding that is known beforehand, or the model '
                           'as it is after each quarter')
    args = arguments.parse_args()
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.batch_sizes, args.lr = [16], [0.01]
        for task in args.datasets:
            own = contest(args.out, task)
            if not args.report:
                data = TASKS[task].load(args.root)
                own.run(args.part, own.settings(
                    settings_of(args, task), args.part, args.lr,
                    TASKS[task].LRS),
                    seeds_of(args), partial(train_and_test, task, data,
                                            args.part))
            print(f'{task}\n\n{own.report(args.part)}')
        write_json(args.json, as_json(
            [f'{task}/{args.part}' for task in args.datasets], args.out)
            if args.json else {})


if __name__ == '__main__':
    main()
