r"""Are mini-batches harder if embeddings are standardised before they are
compared?

FINDING (to be measured)

An embedding is *given* (what an untrained encoder makes of the graphs, the
pixels of digits, the mean features of a graph), what the *encoder* that is
trained makes of them, or what was *recorded* of its projections in training.
Mini-batches are planned on it with and without `center`, exactly once per
epoch, by groups of 4 (`walk_size`, K = M / 50).

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
from pyg_batchsampler.similarity import UnitRows
from pyg_batchsampler.training import TrainingConfig, embed_dataset, train
from pyg_batchsampler.training.make_model import make_model

BATCH_SIZE = 64
NUM_BATCHES = 20  # at most, that are put through the model
SPACES = ['eval', 'train', 'own']
PLANS = dict(uniform=None, plain=False, centered=True)


def given_embeddings(dataset: InMemoryDataset,
                     seed: int) -> Dict[str, Tensor]:
    r"""Embeddings that need no training."""
    untrained = make_model(dataset, TrainingConfig(norm='layer'), seed)
    batch = Batch.from_data_list(list(dataset))
    features = torch.zeros(len(dataset), batch.x.size(1)).index_add_(
        0, batch.batch, batch.x)
    count = torch.bincount(batch.batch, minlength=len(dataset))
    out = {'given: untrained GIN': embed_dataset(untrained, dataset),
           'given: mean features': features / count.view(-1, 1)}
    if type(dataset).__name__ == 'Digits':
        out['given: pixels'] = torch.tensor(load_digits().data).float()
    return out


def measure(x: Tensor, dataset: InMemoryDataset, model: Any,
            seed: int) -> Dict[str, Any]:
    r"""Top-1 of each plan on an embedding, in each space."""
    z, training = embed_dataset(model.forward, dataset), copy.deepcopy(model)
    training.train()
    out: Dict[str, Any] = dict(direction=float(UnitRows(x)[:].mean(0).norm()))
    m = min(1000, len(x) // 2)
    for name, center in PLANS.items():
        sampler: Any = UniformBatchSampler(len(x), BATCH_SIZE, seed=seed)
        if center is not None:
            sampler = ProximityBatchSampler(
                x, BATCH_SIZE, seed=seed, center=center, walk_size=4,
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
    r"""What plain and centered plans add to uniform mini-batches, of what is
    left to 1."""
    uniform = measured['uniform']
    return {name: tuple((measured[name][space] - uniform[space]) /
                        (1 - uniform[space]) for space in SPACES)
            for name in ['plain', 'centered']}


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
    epochs, norms, num_seeds = [1, 3, 10], ['batch', 'layer'], 2
    if args.quick:
        epochs, norms, num_seeds = [1], ['batch'], 1

    result: Dict[str, Any] = {}
    heads = [f'{name} {space}' for space in SPACES
             for name in ['plain', 'centered']]
    print(f'{"":<44}{"direction":>10}{"uniform":>10}' + ''.join(
        f'{head:>16}' for head in heads))
    for name in names:
        dataset = load_dataset(name, args.root)
        for norm in norms:
            runs = [during_training(dataset, norm, epochs, seed)
                    for seed in range(num_seeds)]
            result[f'{name}, {norm}'] = runs
            for source in runs[0]:
                seeds = [run[source] for run in runs]
                added = [shares(each) for each in seeds]
                row = [mean(each['direction'] for each in seeds),
                       mean(each['uniform']['eval'] for each in seeds)]
                cells = [mean(each[plan][i] for each in added)
                         for i in range(len(SPACES))
                         for plan in ['plain', 'centered']]
                print(f'{f"{name}, {norm}, {source}":<44}' + ''.join(
                    f'{value:>10.3f}' for value in row) + ''.join(
                    f'{value:>16.3f}' for value in cells), flush=True)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
