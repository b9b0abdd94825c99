r"""Are mini-batches harder if embeddings are standardised before they are
compared?

FINDING (November 2026, 2 CPU cores, 2 seeds)
Not where the loss compares them, so `center` is off unless asked for. Means
over digits, MUTAG, PROTEINS, NCI1 and IMDB-BINARY, batch and layer norm, after
1 and 10 epochs of uniform training (plain / centered / directions):

            eval              train             own
  given     .22 / .19 / .26   .19 / .16 / .23   .19 / .34 / .21
  encoder   .42 / .26 / .42   .36 / .22 / .36   .26 / .44 / .31
  recorded  .10 / .12 / .09   .07 / .09 / .06   .27 / .25 / .27

Standardised, sums over nodes have the size of the graph in every dimension:
plans are harder in the standardised embedding, and softer in projections, of
an encoder on every set, of what is given on every set but MUTAG (.19, plain
.05). Recorded projections soon point everywhere; there, the difference is
within .01 on digits, PROTEINS and NCI1. The directions of an untrained encoder
make harder plans than plain on every set but NCI1 (.32, plain .39).

An embedding is *given* (what an untrained encoder makes of the graphs, the
pixels of digits), what the *encoder* that is trained makes of them, or what
was *recorded* of its projections in training. Mini-batches are planned on it
*plain* and *centered* (`center=True`), exactly once per epoch, by groups of 4
(`walk_size`, K = M / 50); and on its *directions*, rows of unit length less
their mean, which no setting asks for.

*top-1* is the similarity of an instance to the most similar other one in its
mini-batch, averaged over instances; shown is what a plan adds to it over
uniform mini-batches, as a share of what is left to 1: in the projections of
the model, which the loss compares (`eval`: by running averages; `train`: by
the statistics of the mini-batch, as in training), and in the embedding,
standardised (`own`). *direction* is the norm of the mean unit row: at 1 all
point one way.
"""

import copy
from statistics import mean
from typing import Any, Dict, List, Tuple

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch_geometric.data import Batch, InMemoryDataset

from benchmarks.measure import parser, write_json
from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity)
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.sampler.warn_of_plan import mean_direction
from pyg_batchsampler.similarity import UnitRows
from pyg_batchsampler.training import TrainingConfig, embed_dataset, train
from pyg_batchsampler.training.make_model import make_model

BATCH_SIZE = 64
NUM_BATCHES = 20  # at most, that are put through the model
SPACES = ['eval', 'train', 'own']
HARD = ['plain', 'centered', 'directions']


def given_embeddings(dataset: InMemoryDataset,
                     seed: int) -> Dict[str, Tensor]:
    r"""Embeddings that need no training."""
    untrained = make_model(dataset, TrainingConfig(norm='layer'), seed)
    out = {'given, untrained GIN': embed_dataset(untrained, dataset)}
    if type(dataset).__name__ == 'Digits':
        out['given, pixels'] = torch.tensor(load_digits().data).float()
    return out


def measure(x: Tensor, dataset: InMemoryDataset, model: Any,
            seed: int) -> Dict[str, Any]:
    r"""Top-1 of each plan on an embedding, in each space."""
    z, training = embed_dataset(model.forward, dataset), copy.deepcopy(model)
    training.train()
    out: Dict[str, Any] = dict(direction=mean_direction(UnitRows(x)))
    m = min(1000, len(x) // 2)
    unit = UnitRows(x)[:]
    for name in ['uniform', *HARD]:
        sampler: Any = UniformBatchSampler(len(x), BATCH_SIZE, seed=seed)
        if name != 'uniform':
            sampler = ProximityBatchSampler(
                unit - unit.mean(dim=0) if name == 'directions' else x,
                BATCH_SIZE, seed=seed, center=name == 'centered', walk_size=4,
                num_candidates=m, num_neighbors=max(1, m // 50))
        batches = [batch for batch in sampler.plan(0)
                   if batch.numel() == BATCH_SIZE]
        with torch.no_grad():
            own = [training(Batch.from_data_list(
                [dataset[int(i)] for i in batch]))
                for batch in batches[:NUM_BATCHES]]
        out[name] = dict(
            eval=float(hardest_negative_similarity(z, batches).mean()),
            train=mean(float(hardest_negative_similarity(
                each, [range(BATCH_SIZE)])) for each in own),
            own=float(hardest_negative_similarity(
                x, batches, center=True).mean()))
    return out


def shares(measured: Dict[str, Any]) -> Dict[str, Tuple[float, ...]]:
    r"""What plans add to uniform mini-batches, of what is left to 1."""
    uniform = measured['uniform']
    return {name: tuple((measured[name][space] - uniform[space]) /
                        (1 - uniform[space]) for space in SPACES)
            for name in HARD}


def during_training(dataset: InMemoryDataset, norm: str, epochs: List[int],
                    seed: int) -> Dict[str, Dict[str, Any]]:
    r"""Measures every source after some epochs of uniform training."""
    given = given_embeddings(dataset, seed)
    out: Dict[str, Dict[str, Any]] = {}

    def on_epoch(epoch: Any, model: Any) -> None:
        if epoch.epoch in epochs:
            sources = dict(given, encoder=embed_dataset(model, dataset),
                           recorded=epoch.embedding)
            for name, x in sources.items():
                out[f'{name}, epoch {epoch.epoch}'] = measure(
                    x, dataset, model, seed)

    config = TrainingConfig(epochs=max(epochs), norm=norm)
    train(dataset, 'uniform', config, seed, on_epoch=on_epoch)
    return out


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets (default: digits, MUTAG, PROTEINS, '
                           'NCI1 and IMDB-BINARY; digits with --quick)')
    args = arguments.parse_args()
    names = args.datasets or ['digits', 'MUTAG', 'PROTEINS', 'NCI1',
                              'IMDB-BINARY'][:1 if args.quick else None]
    epochs, norms, num_seeds = [1, 10], ['batch', 'layer'], 2
    if args.quick:
        epochs, norms, num_seeds = [1], ['batch'], 1

    result: Dict[str, Any] = {}
    rows: Dict[str, List[List[float]]] = {}
    print(f'{"":<44}{"direction":>10}{"uniform":>10}' + ''.join(
        f'{space + ": " + ", ".join(HARD):>36}' for space in SPACES))
    for name in names:
        dataset = load_dataset(name, args.root)
        for norm in norms:
            runs = [during_training(dataset, norm, epochs, seed)
                    for seed in range(num_seeds)]
            result[f'{name}, {norm}'] = runs
            for source in runs[0]:
                row = row_of([run[source] for run in runs])
                rows.setdefault(source.split(',')[0], []).append(row)
                show(f'{name}, {norm}, {source}', row)
    for source, each in rows.items():
        show(f'{source}, mean', torch.tensor(each).mean(dim=0).tolist())
    write_json(args.json, result)


def row_of(seeds: List[Dict[str, Any]]) -> List[float]:
    r"""Means over seeds: direction, uniform, and what each plan adds, space
    by space."""
    added = [shares(each) for each in seeds]
    return [mean(each['direction'] for each in seeds),
            mean(each['uniform']['eval'] for each in seeds),
            *(mean(each[name][i] for each in added)
              for i in range(len(SPACES)) for name in HARD)]


def show(title: str, row: List[float]) -> None:
    shown = f'{title:<44}' + ''.join(f'{value:>10.3f}' for value in row[:2])
    for i in range(2, len(row), len(HARD)):
        shown += '      ' + ''.join(f'{value:>10.3f}'
                                    for value in row[i:i + len(HARD)])
    print(shown, flush=True)


if __name__ == '__main__':
    main()
