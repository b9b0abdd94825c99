r"""The command line: arguments in, tables, plots and files out."""

import argparse
import json
import sys
import time
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Dict, List, Optional, Tuple, get_args, get_type_hints
from zlib import crc32

import torch
from torch import Tensor
from torch_geometric.data import InMemoryDataset
from tqdm import tqdm

from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.evaluation.probes import PROTOCOLS
from pyg_batchsampler.experiments.compare_samplers import (UNTRAINED,
                                                           compare_samplers)
from pyg_batchsampler.experiments.evaluate import evaluate, is_ogb, metric_of
from pyg_batchsampler.experiments.rows import DEFAULTS, matching, read_rows
from pyg_batchsampler.experiments.summary import plot_course, summary_table
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.sampler.registry import STRATEGIES as SAMPLERS
from pyg_batchsampler.training.config import CHOICES, TrainingConfig
from pyg_batchsampler.training.train import embed_dataset, train
from pyg_batchsampler.training.views import AUGMENTATIONS

# Every field of TrainingConfig, in groups, with what --help says of it.
OPTIONS: Dict[str, Dict[str, str]] = {
    'model': dict(
        model='graph_cl, or mvgrl with its PageRank view',
        loss='nt_xent, dcl, hcl, graph_cl (one direction, as in the release '
        'of GraphCL), or jsd (mvgrl only); None: nt_xent, or jsd for mvgrl',
        hidden_channels='width of the encoder; None: 32, or 512 for mvgrl',
        num_layers='layers of the encoder; None: 3, or 2 for mvgrl',
        norm='normalization in the encoder of graph_cl: batch, which undoes '
        'much of what makes mini-batches hard; renorm (by running averages) '
        'or layer (of each node by itself)',
        norm_statistics='what batch normalization uses at evaluation: running '
        'averages over training, which hard mini-batches make too narrow, or '
        'precise ones over uniform mini-batches, after training',
        features='node features of TU sets: label (or a constant), or '
        'attributes, labels and degree; None: label, or degree for mvgrl',
        probe='evaluation: linear (fast), svc (protocol of GraphCL) or '
        'linear_svc (protocol of MVGRL); OGB sets have their own',
    ),
    'training': dict(
        epochs='passes over the data set',
        batch_size='instances per mini-batch',
        lr='learning rate of Adam',
        precision='float32, or bfloat16 by autocast, which is faster for '
        'mvgrl (not graph_cl) where the processor has it',
        max_grad_norm='gradients are scaled down to this norm',
        temperature='temperature of the loss',
        tau_plus='prior of dcl and hcl',
        beta='hardness of hcl',
        false_negatives='negatives that may be none: kept, or left out of '
        'the loss if among the most similar pairs of a mini-batch, or those '
        'with most shared_neighbors, if duplicates, or if of one class '
        '(labels, to see what a perfect guard gives)',
        similar_ratio='share of pairs left out as similar or for their '
        'neighbors',
        augmentations='one of these is drawn for every graph, separated by '
        'commas: ' + ', '.join(AUGMENTATIONS),
        augmentation_ratio='share of nodes or edges that is changed',
        subgraph_ratio='share of nodes that a subgraph keeps',
        augmented_views='2, or 1 if the first view is the graph itself',
    ),
    'sampling': dict(
        num_candidates='random candidates M per instance; None: min(1000, '
        'half of all)',
        num_neighbors='neighbors K kept of them; None: M / 10',
        restart_prob='restart probability of the walks, in [0, 1)',
        restart_decay='what it loses per epoch, down to 0.05',
        max_steps='steps after which a walk gives up; None: 50 per instance',
        backend='neighbor search of the proximity graph; faiss_hnsw, '
        'faiss_ivf and pynndescent take one less candidate than there are '
        'instances',
        min_recall='share of the nearest neighbors that these three should '
        'find',
        embedding='where similarities come from: recorded from training, or '
        'the encoder run over all graphs',
        refresh_interval='mini-batches between refreshes; None: an epoch if '
        'recorded, else max(100, an epoch)',
        warmup_epochs='uniform epochs before',
        replacement='independent walks instead of every instance exactly '
        'once per epoch',
        drop_last='leave out the instances that fill no mini-batch',
    ),
    'machine': dict(
        num_workers='processes that load mini-batches',
        device='where the model is trained, e.g., cuda',
    ),
}


def main(argv: Optional[List[str]] = None) -> int:
    r"""Runs a command; returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        return {'compare': _compare, 'train': _train}[args.command](args)
    except (ImportError, OSError, RuntimeError, TypeError,
            ValueError) as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f'\nstopped. What is finished is in {args.out}; the same '
              'command goes on from there', file=sys.stderr)
        return 130


def _compare(args: argparse.Namespace) -> int:
    start = time.perf_counter()
    if args.seeds < 1:
        raise ValueError(f"'seeds' must be at least 1 (got {args.seeds})")
    config, dataset, label, out = _load(args)
    if label is None:
        raise ValueError(f"'{args.dataset}' has no labels to evaluate with. "
                         "Use the command 'train'")
    samplers = [UNTRAINED, *dict.fromkeys(args.samplers)]
    print(f'{_describe(args.dataset, dataset, label, config)}, '
          f'{_count(args.seeds, "seed")} each: {", ".join(samplers)}',
          flush=True)
    if config.warmup_epochs >= config.epochs:
        print('note: all mini-batches are uniform: all epochs are warm-up',
              flush=True)
    elif config.batch_size >= len(dataset) and not config.replacement:
        print('note: all mini-batches are the same: they hold all graphs',
              flush=True)
    results, curves = compare_samplers(dataset, label, args.dataset, samplers,
                                       range(args.seeds), config, out, tqdm)

    key = dict(dataset=args.dataset, num_instances=len(dataset),
               **config.settings())
    rows, course = (matching(read_rows(path), key, DEFAULTS)
                    for path in [results, curves])
    seeds = [str(seed) for seed in range(args.seeds)]
    rows = rows[rows['seed'].isin(seeds)]
    if course.empty:
        raise ValueError(f"{curves} lacks the runs in {results}. Delete both "
                         "to run them anew")
    course = course[course['seed'].isin(seeds)]
    untrained = rows[rows['sampler'] == UNTRAINED]['accuracy']
    plot = out / f'course{_mark(config.changes())}.png'
    title = (f'{config.model} on {args.dataset}, '
             f'{_count(args.seeds, "seed")}')
    plot_course(course, samplers[1:], title, plot,
                float(untrained.astype(float).mean()))
    metric = metric_of(dataset)
    print(f'\n{summary_table(rows, samplers, metric)}\n')
    print(f'{metric} of frozen embeddings: {_protocol(dataset, config)}; '
          'mean ± standard deviation over seeds\n'
          'similarity, same label: over pairs in a mini-batch, after '
          'warm-up; seconds: of one run, mean over seeds\n'
          f'rows: {results}\nplot: {plot}\n'
          f'finished in {time.perf_counter() - start:.0f} s')
    return 0


def _train(args: argparse.Namespace) -> int:
    config, dataset, label, out = _load(args)
    print(f'{_describe(args.dataset, dataset, label, config)}, sampler '
          f'{args.sampler}, seed {args.seed}', flush=True)
    changes = config.changes()
    changes.pop('epochs', None)  # a run may go on for longer
    name = f'{config.model}-{args.sampler}-{args.seed}{_mark(changes)}'
    steps = config.epochs * config.num_batches(len(dataset))
    with tqdm(total=steps, unit='step') as bar:
        trained = train(
            dataset, args.sampler, config, args.seed, on_step=bar.update,
            on_epoch=lambda epoch, _: bar.set_postfix(loss=epoch.loss),
            checkpoint=out / f'{name}.checkpoint')
    embedding = embed_dataset(trained.model, dataset)
    for kind, value in [('model', trained.model.state_dict()),
                        ('embedding', embedding)]:
        path = out / f'{name}.{kind}.pt'
        with written_whole(path) as file:
            torch.save(value, file)
        print(f'{kind}: {path}')
    path = out / f'{name}.settings.json'
    with written_whole(path) as file:
        file.write_text(json.dumps(config.settings(), indent=2) + '\n')
    print(f'settings: {path}')
    if label is not None:
        score = evaluate(embedding, label, dataset, config.probe)
        print(f'{metric_of(dataset)}, {_protocol(dataset, config)}: '
              f'{100 * score:.2f} %')
    return 0


def _load(args: argparse.Namespace) -> Tuple[TrainingConfig, InMemoryDataset,
                                             Optional[Tensor], Path]:
    config = TrainingConfig(**{field.name: getattr(args, field.name)
                               for field in fields(TrainingConfig)})
    config.check()  # before a download
    _check_out(Path(args.out))
    assert config.features is not None
    dataset = load_dataset(args.dataset, args.root, features=config.features,
                           diffusion=config.model == 'mvgrl')
    config.check(len(dataset))
    metric_of(dataset)
    out = args.out = Path(args.out) / args.dataset
    return config, dataset, labels_of(dataset), out


def _check_out(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ValueError(f"'--out' must be a folder to write to ({error}). "
                         "Choose another") from error


def _describe(name: str, dataset: InMemoryDataset, label: Optional[Tensor],
              config: TrainingConfig) -> str:
    kind = 'no labels' if label is None else (
        f'{label.unique().numel()} classes' if label.dim() == 1 else
        f'{label.size(1)} tasks')
    changes = config.changes()
    for shown in ['loss', 'epochs']:
        changes.pop(shown, None)
    return (f'{name}: {len(dataset)} graphs, {kind}. {config.model} with '
            f'{config.loss}, {_count(config.epochs, "epoch")} of '
            f'{_count(config.num_batches(len(dataset)), "mini-batch", "es")}' +
            ''.join(f', {key} {value}' for key, value in changes.items()))


def _mark(changes: Dict[str, Any]) -> str:
    r"""Returns what tells files of different settings apart, nothing for the
    defaults."""
    if not changes:
        return ''
    return f'-{crc32(repr(sorted(changes.items())).encode()):08x}'


def _count(number: int, noun: str, ending: str = 's') -> str:
    return f'{number} {noun}' + ending * (number != 1)


def _protocol(dataset: InMemoryDataset, config: TrainingConfig) -> str:
    if is_ogb(dataset):
        return 'logistic regression on the official split'
    return PROTOCOLS[config.probe]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m pyg_batchsampler',
        description='Hard mini-batches for contrastive learning on PyG.')
    commands = parser.add_subparsers(dest='command', required=True)
    compare = _command(
        commands, 'compare', 'train with several samplers and compare',
        'Trains a model once per sampler and seed, for the same number of '
        'steps, and compares the frozen embeddings, also with those of an '
        'untrained model. Runs that are finished are not repeated: a command '
        'that was stopped goes on where it was.')
    what = compare.add_argument_group('comparison')
    what.add_argument('--samplers', nargs='+', choices=sorted(SAMPLERS),
                      default=['uniform', 'knn', 'proximity'],
                      help='samplers to compare')
    what.add_argument('--seeds', type=int, default=5, metavar='N',
                      help='runs per sampler')
    single = _command(
        commands, 'train', 'train one model and save it',
        'Trains one model, evaluates its frozen embeddings, and saves both '
        'with its settings. A checkpoint is written after every epoch: a '
        'command that was stopped, or that asks for more epochs, goes on from '
        'there. Other settings have files of their own.')
    what = single.add_argument_group('run')
    what.add_argument('--sampler', choices=sorted(SAMPLERS),
                      default='proximity', help='what makes mini-batches')
    what.add_argument('--seed', type=int, default=0, metavar='N',
                      help='source of randomness')
    for command in [compare, single]:
        _add_options(command)
    return parser


def _command(commands: Any, name: str, text: str,
             description: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=description,
        usage=f'python -m pyg_batchsampler {name} [options]',
        allow_abbrev=False,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    data = command.add_argument_group('data')
    data.add_argument('--dataset', default='digits', metavar='NAME',
                      help='digits, any TU data set, e.g., MUTAG, or a '
                      'molecule set of OGB, e.g., ogbg-molhiv')
    data.add_argument('--root', default='data', metavar='DIR',
                      help='folder of the data sets: TU files in DIR/TU, '
                      'OGB files in DIR/ogb')
    data.add_argument('--out', default='results', metavar='DIR',
                      help='folder of the results; a folder per data set')
    return command


def _add_options(command: argparse.ArgumentParser) -> None:
    hints = get_type_hints(TrainingConfig)
    for title, options in OPTIONS.items():
        group = command.add_argument_group(title)
        for name, text in options.items():
            flag = '--' + name.replace('_', '-')
            if hints[name] is bool:
                group.add_argument(flag, action='store_true', help=text)
                continue
            kind = (get_args(hints[name]) or [hints[name]])[0]
            group.add_argument(
                flag, type=kind, default=getattr(TrainingConfig, name),
                choices=CHOICES.get(name), help=text,
                metavar=None if name in CHOICES else
                {int: 'N', float: 'X'}.get(kind, 'NAME'))
