r"""The command line: arguments in, tables, plots and files out."""

import argparse
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import List, Optional

from tqdm import tqdm

from pyg_batchsampler.loader.loader_arguments import SAMPLERS
from pyg_batchsampler.training.compare_samplers import compare_samplers
from pyg_batchsampler.training.config import EMBEDDINGS, TrainingConfig
from pyg_batchsampler.training.load_dataset import labels_of, load_dataset
from pyg_batchsampler.training.rows import matching, read_rows
from pyg_batchsampler.training.summary import plot_course, summary_table

DEFAULT = TrainingConfig()


def main(argv: Optional[List[str]] = None) -> int:
    r"""Runs a command; returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        return _compare(args)
    except (ImportError, OSError, RuntimeError, TypeError,
            ValueError) as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f'\nstopped. Finished runs are in {args.out}; the same command '
              'goes on from there', file=sys.stderr)
        return 130


def _compare(args: argparse.Namespace) -> int:
    config = TrainingConfig(**{field.name: getattr(args, field.name)
                               for field in fields(TrainingConfig)})
    if args.seeds < 1:
        raise ValueError(f"'seeds' must be at least 1 (got {args.seeds})")
    samplers = list(dict.fromkeys(args.samplers))
    start = time.perf_counter()
    dataset = load_dataset(args.dataset, args.root)
    label = labels_of(dataset)
    if label is None:
        raise ValueError(f"'{args.dataset}' has no labels to evaluate with")
    out = Path(args.out) / args.dataset
    args.out = out
    print(f'{args.dataset}: {len(dataset)} graphs, '
          f'{label.unique().numel()} classes. GraphCL, {config.epochs} epochs '
          f'of {-(-len(dataset) // config.batch_size)} mini-batches, '
          f'{args.seeds} seeds each: {", ".join(samplers)}', flush=True)
    results, curves = compare_samplers(dataset, label, args.dataset, samplers,
                                       args.seeds, config, out, tqdm)

    key = dict(dataset=args.dataset, **asdict(config))
    rows, course = (matching(read_rows(path), key)
                    for path in [results, curves])
    rows, course = (frame[frame['seed'].astype(int) < args.seeds]
                    for frame in [rows, course])
    plot = out / 'course.png'
    plot_course(course, samplers, f'GraphCL on {args.dataset}, '
                f'{args.seeds} seeds', plot)
    print(f'\n{summary_table(rows, samplers)}\n')
    print('accuracy: 10-fold linear probe on frozen embeddings, mean ± '
          'standard deviation over seeds\n'
          'similarity, same label: over pairs in a mini-batch, after '
          'warm-up\n'
          f'rows: {results}\nplot: {plot}\n'
          f'finished in {time.perf_counter() - start:.0f} s')
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m pyg_batchsampler',
        description='Hard mini-batches for contrastive learning on PyG.')
    commands = parser.add_subparsers(dest='command', required=True)
    compare = commands.add_parser(
        'compare', help='train GraphCL with several samplers and compare',
        description='Trains GraphCL once per sampler and seed, for the same '
        'number of steps, and compares the frozen embeddings with a 10-fold '
        'linear probe. Runs that are finished are not repeated: a command '
        'that was stopped goes on where it was.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    data = compare.add_argument_group('data')
    data.add_argument('--dataset', default='digits', metavar='NAME',
                      help='digits, or any TU data set, e.g., MUTAG')
    data.add_argument('--root', default='data', metavar='DIR',
                      help='folder of the data sets; TU files in DIR/TU')
    data.add_argument('--out', default='results', metavar='DIR',
                      help='folder of the results; a folder per data set')

    what = compare.add_argument_group('comparison')
    what.add_argument('--samplers', nargs='+', choices=sorted(SAMPLERS),
                      default=['uniform', 'knn', 'proximity'],
                      help='samplers to compare')
    what.add_argument('--seeds', type=int, default=5, metavar='N',
                      help='runs per sampler')

    def add(group: 'argparse._ArgumentGroup', name: str, kind: type,
            text: str) -> None:
        group.add_argument('--' + name.replace('_', '-'), type=kind,
                           default=getattr(DEFAULT, name), help=text,
                           metavar={int: 'N', float: 'X'}.get(kind, 'NAME'))

    sampling = compare.add_argument_group(
        'sampling', 'What is not given follows the size of the data set.')
    add(sampling, 'num_candidates', int,
        'random candidates M per instance; None: min(1000, half of all)')
    add(sampling, 'num_neighbors', int,
        'neighbors K kept of them; None: M / 10')
    add(sampling, 'restart_prob', float,
        'restart probability of the walks, in [0, 1)')
    add(sampling, 'refresh_interval', int,
        'mini-batches between refreshes; None: an epoch if recorded, else '
        'max(100, an epoch)')
    add(sampling, 'warmup_epochs', int, 'uniform epochs before')
    sampling.add_argument('--embedding', choices=EMBEDDINGS,
                          default=DEFAULT.embedding,
                          help='where similarities come from: recorded from '
                          'training, or the encoder run over all graphs')
    sampling.add_argument('--replacement', action='store_true',
                          help='independent walks instead of every instance '
                          'exactly once per epoch')

    training = compare.add_argument_group('training')
    add(training, 'epochs', int, 'passes over the data set')
    add(training, 'batch_size', int, 'instances per mini-batch')
    add(training, 'lr', float, 'learning rate of Adam')
    add(training, 'temperature', float, 'temperature of the NT-Xent loss')
    add(training, 'drop_ratio', float,
        'share of nodes that an augmentation drops or masks')
    add(training, 'hidden_channels', int, 'width of the GIN encoder')
    add(training, 'num_layers', int, 'layers of the GIN encoder')
    return parser
