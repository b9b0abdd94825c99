r"""The command line: arguments in, tables, plots and files out."""

import argparse
import sys
import time
from pathlib import Path
from typing import List, Optional

from tqdm import tqdm

from pyg_batchsampler.checks import check_integer
from pyg_batchsampler.cli.import_modules import import_modules
from pyg_batchsampler.cli.parser import make_parser, read_imports
from pyg_batchsampler.cli.report import report
from pyg_batchsampler.cli.setting_flags import config_from
from pyg_batchsampler.cli.strategy_flags import strategies_from
from pyg_batchsampler.experiments import (Comparison, Experiment,
                                          load_experiment, train_and_save)
from pyg_batchsampler.training.run_settings import UNTRAINED


def main(argv: Optional[List[str]] = None) -> int:
    r"""Runs a command; returns the exit status.

    Args:
        argv (List[str], optional): The arguments; those of the process if not
            given. (default: :obj:`None`)
    """
    argv = sys.argv[1:] if argv is None else argv
    out = '.'
    try:
        import_modules(read_imports(argv))  # they may bring flags of theirs
        args = make_parser().parse_args(argv)
        if args.command == 'report':
            return report(args)
        out = str(Path(args.out) / args.dataset)
        return {'compare': _compare, 'train': _train}[args.command](args)
    except (ImportError, OSError, RuntimeError, TypeError,
            ValueError) as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f'\nstopped. What is finished is in {out}; the same '
              'command goes on from there', file=sys.stderr)
        return 130


def _compare(args: argparse.Namespace) -> int:
    start = time.perf_counter()
    check_integer('seeds', args.seeds, low=1)
    samplers = strategies_from(args, args.samplers)
    comparison = Comparison(_load(args), [UNTRAINED, *samplers],
                            range(args.seeds))
    comparison.check_warm_up()
    print(comparison.describe(), flush=True)
    for note in comparison.notes():
        print(f'note: {note}', flush=True)
    comparison.run(tqdm)
    print(f'\n{comparison.summary()}')
    print(f'finished in {time.perf_counter() - start:.0f} s')
    return 0


def _train(args: argparse.Namespace) -> int:
    strategy, = strategies_from(args, [args.sampler])
    experiment = _load(args)
    print(f'{experiment.describe()}, sampler {args.sampler}, seed '
          f'{args.seed}', flush=True)
    saved = train_and_save(experiment, strategy, args.seed)
    for kind in ['model', 'embedding', 'settings']:
        print(f'{kind}: {getattr(saved, kind)}')
    if saved.score is not None:
        print(f'{experiment.metric}, {experiment.protocol}: '
              f'{100 * saved.score:.2f} %')
    if saved.retrieval is not None:
        print(f'R@1 of held-out graphs: {100 * saved.retrieval:.2f} %')
    return 0


def _load(args: argparse.Namespace) -> Experiment:
    return load_experiment(args.dataset, args.root, config_from(args),
                           Path(args.out))
