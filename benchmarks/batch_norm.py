r"""How much of a hard mini-batch's hardness does batch normalization leave?

FINDING (November 2026, 2 CPU cores)
9 % on digits, 19 % on PROTEINS, 5 % on IMDB-BINARY, 29 % on IMDB-MULTI:
normalised by its own statistics, a homogeneous mini-batch is homogeneous no
more. What training gains where hardness is left, `python -m benchmarks.guards
--norm layer` and `--norm renorm` show. By running averages over hard
mini-batches, the longest embedding of IMDB-MULTI is 248 (exactly once)
and 349 times (kNN) as long as the median one, 78 times after uniform ones, and
58 to 66 times by the statistics of the data set.

H is the mean cosine similarity over the pairs of a mini-batch of projections,
by running averages, as in evaluation and in the plan of mini-batches, and by
the statistics of the mini-batch itself, as in training. The second table has
the longest embedding over the median, medians over seeds, for running averages
and for those of the data set.
"""

import copy
from dataclasses import replace
from typing import Any, Dict, List

import torch
from torch import Tensor
from torch_geometric.data import Batch, InMemoryDataset

from benchmarks import graph_table
from benchmarks.guards import cell
from benchmarks.measure import parser, write_json
from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              in_batch_similarity)
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.nn.gin_encoder import NORMS
from pyg_batchsampler.training import embed_dataset, set_norm_statistics, train

BATCH_SIZE = 128
NUM_BATCHES = 40  # at most, that are looked at
ROWS = ['uniform', 'knn', 'once']  # of the graph table
SAMPLERS = dict(uniform=UniformBatchSampler, hard=ProximityBatchSampler)


def hardness(dataset: InMemoryDataset, norm: str, epochs: int,
             seed: int) -> Dict[str, Any]:
    r"""Returns H by running averages and by mini-batches, of uniform and hard
    ones."""
    config = cell('uniform', epochs=epochs, norm=norm).config
    model: Any = train(dataset, 'uniform', config, seed).model
    z = embed_dataset(model.forward, dataset)
    training = copy.deepcopy(model).train()
    out: Dict[str, Any] = {}
    for name, sampler in SAMPLERS.items():
        batches = [batch for batch in sampler(z, BATCH_SIZE).plan(0)
                   if batch.numel() == BATCH_SIZE][:NUM_BATCHES]
        with torch.no_grad():
            own: List[Tensor] = [
                in_batch_similarity(training(Batch.from_data_list(
                    [dataset[int(i)] for i in batch])), [range(BATCH_SIZE)])
                for batch in batches]
        out[name] = (float(in_batch_similarity(z, batches).mean()),
                     float(torch.cat(own).mean()))
    return out


def longest(dataset: InMemoryDataset, row: str, norm: str, epochs: int,
            seed: int) -> List[float]:
    r"""Returns how much longer than the median the longest embedding is, by
    running averages and by precise ones, after the graph table's training on
    a row's mini-batches."""
    settings = graph_table.cell('GraphCL', row, epochs=epochs, norm=norm)
    config, strategy = settings.config, settings.strategy(len(dataset))
    assert strategy is not None
    model = train(dataset, strategy, config, seed).model
    out = []
    for statistics in ['running', 'precise']:
        set_norm_statistics(model, dataset, replace(
            config, norm_statistics=statistics), seed)
        length = embed_dataset(model, dataset).norm(dim=1)
        out.append(float(length.max() / length.median()))
    return out


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--norm', choices=sorted(NORMS), default='batch',
                           help='normalization in the encoder')
    args = arguments.parse_args()
    epochs, num_seeds = (2, 2) if args.quick else (20, 5)
    names = ['digits', 'PROTEINS', 'IMDB-BINARY', 'IMDB-MULTI']
    datasets = {name: load_dataset(name, args.root)
                for name in names[:1 if args.quick else None]}
    result: Dict[str, Any] = {}
    print(f'{"H: uniform, hard":<16}{"running averages":>20}'
          f'{"mini-batch":>20}{"left":>8}   ({num_seeds} seeds: mean)')
    for name, dataset in datasets.items():
        result[name] = [hardness(dataset, args.norm, epochs, seed)
                        for seed in range(num_seeds)]
        h = {key: torch.tensor([run[key] for run in result[name]]).mean(dim=0)
             for key in SAMPLERS}
        columns = [f'{h["uniform"][i]:.3f}, {h["hard"][i]:.3f}'
                   for i in range(2)]
        running, own = (h['hard'] - h['uniform']).tolist()
        print(f'{name:<16}{columns[0]:>20}{columns[1]:>20}'
              f'{own / running:>8.0%}', flush=True)
    print(f'\n{"longest / median":<16}' + ''.join(
        f'{f"{row}: running, precise":>26}' for row in ROWS))
    for name, dataset in datasets.items():
        ratios = {row: [longest(dataset, row, args.norm, epochs, seed)
                        for seed in range(num_seeds)] for row in ROWS}
        result[f'{name}, longest'] = ratios
        medians = [torch.tensor(runs).median(dim=0).values.tolist()
                   for runs in ratios.values()]
        print(f'{name:<16}' + ''.join(
            f'{f"{own[0]:.1f}, {own[1]:.1f}":>26}'
            for own in medians), flush=True)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
