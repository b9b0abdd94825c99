r"""Which arguments there are."""

import argparse
from pathlib import Path
from typing import Any, List

from pyg_batchsampler.cli.setting_flags import add_setting_flags
from pyg_batchsampler.cli.strategy_flags import add_strategy_flags
from pyg_batchsampler.sampler import strategy_names
from pyg_batchsampler.training.choices import MODELS

PROG = 'python -m pyg_batchsampler'


class Parser(argparse.ArgumentParser):
    r"""Takes underscores in the names of flags for hyphens."""
    def parse_known_args(self, args: Any = None,
                         namespace: Any = None) -> Any:
        if args is not None:
            args = list(map(_hyphenated, args))
        return super().parse_known_args(args, namespace)


def _hyphenated(argument: str) -> str:
    r"""Example:
        >>> _hyphenated('--group_size=8'), _hyphenated('random_groups')
        ('--group-size=8', 'random_groups')
    """
    if not argument.startswith('--'):
        return argument
    flag, equals, value = argument.partition('=')
    return flag.replace('_', '-') + equals + value


def read_imports(argv: List[str]) -> List[str]:
    r"""Returns the modules to import before all other arguments are read.

    Example:
        >>> read_imports(['compare', '--import', 'mine', '--mine', '3'])
        ['mine']
    """
    parser = argparse.ArgumentParser(PROG, add_help=False, allow_abbrev=False)
    _add_import(parser)
    return getattr(parser.parse_known_args(argv)[0], 'modules', [])


def make_parser() -> argparse.ArgumentParser:
    r"""Returns the parser, with the options of all strategies that are
    registered now."""
    parser = Parser(
        prog=PROG,
        description='Hard mini-batches for contrastive learning on PyG.')
    commands = parser.add_subparsers(dest='command', required=True)
    names = ', '.join(strategy_names())
    compare = _command(
        commands, 'compare', 'train with several samplers and compare',
        'Trains a model once per sampler and seed, for the same number of '
        'steps, and compares the frozen embeddings, also with those of an '
        'untrained model. Runs that are finished are not repeated: a command '
        'that was stopped goes on where it was.')
    what = compare.add_argument_group('comparison')
    what.add_argument('--samplers', nargs='+', metavar='NAME',
                      default=['uniform', 'knn', 'proximity'],
                      help=f'samplers to compare, of {names}')
    what.add_argument('--seeds', type=int, default=5, metavar='N',
                      help='runs per sampler')
    single = _command(
        commands, 'train', 'train one model and save it',
        'Trains one model, evaluates its frozen embeddings, and saves both '
        'with its settings. A checkpoint is written after every epoch: a '
        'command that was stopped, or that asks for more epochs, goes on from '
        'there. Other settings have files of their own.')
    what = single.add_argument_group('run')
    what.add_argument('--sampler', metavar='NAME', default='proximity',
                      help=f'what makes mini-batches, of {names}')
    what.add_argument('--seed', type=int, default=0, metavar='N',
                      help='source of randomness')
    for command in [compare, single]:
        add_setting_flags(command)
        add_strategy_flags(command)
    _add_report(commands)
    return parser


def _add_report(commands: Any) -> None:
    command: argparse.ArgumentParser = commands.add_parser(
        'report', help='say before any training whether hard mini-batches '
        'are worth a try', description='Compares plans on an embedding: how '
        'hard and how diverse mini-batches would be, what they cost, which '
        'setting to try first, which to avoid, or not to bother. Prints a '
        'table and writes a page.', usage=f'{PROG} report [FILE] [options]',
        allow_abbrev=False,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    command.add_argument('file', nargs='?', type=Path, metavar='FILE',
                         help='the embedding, one row per instance: .npy, '
                         '.npz, .pt, e.g., the one that train saves, or '
                         'numbers in .csv')
    command.add_argument('--labels', type=Path, metavar='FILE',
                         help='one class per instance, if classes matter in '
                         'the end')
    command.add_argument('--dataset', metavar='NAME',
                         help='in the place of a file: a data set, embedded '
                         'by an untrained encoder or by --weights')
    command.add_argument('--weights', type=Path, metavar='FILE',
                         help='the model that train saved with default '
                         'settings, *.model.pt')
    command.add_argument('--model', choices=sorted(MODELS),
                         default='graph_cl', help='of --dataset')
    command.add_argument('--batch-size', type=int, default=128, metavar='B',
                         help='instances per mini-batch')
    command.add_argument('--center', action='store_true',
                         help='give each dimension mean zero and variance '
                         'one before similarities are taken')
    command.add_argument('--seed', type=int, default=0, metavar='N',
                         help='source of randomness')
    command.add_argument('--root', default='data', metavar='DIR',
                         help='folder of the data sets')
    command.add_argument('--out', default='results', metavar='DIR',
                         help='folder of the page')
    _add_import(command.add_argument_group('own data sets'))


def _command(commands: Any, name: str, text: str,
             description: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=description,
        usage=f'{PROG} {name} [options]', allow_abbrev=False,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    data = command.add_argument_group('data')
    data.add_argument('--dataset', default='digits', metavar='NAME',
                      help='digits, any TU data set, e.g., MUTAG, a molecule '
                      'set of OGB, e.g., ogbg-molhiv, chebi20 (with --model '
                      'dual_encoder and --held-out), or one that a module '
                      'given to --import registers')
    data.add_argument('--root', default='data', metavar='DIR',
                      help='folder of the data sets: TU files in DIR/TU, '
                      'OGB files in DIR/ogb')
    data.add_argument('--out', default='results', metavar='DIR',
                      help='folder of the results; a folder per data set')
    _add_import(command.add_argument_group('own strategies and data sets'))
    return command


def _add_import(group: Any) -> None:
    group.add_argument(
        '--import', dest='modules', action='append', metavar='MODULE',
        default=argparse.SUPPRESS, help='module, or .py file, that registers '
        'strategies or data sets; repeat it for more')
