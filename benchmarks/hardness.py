r"""Are exactly-once epochs as hard as the paper's walks?

FINDING (November 2026, 2 CPU cores)
Exactly-once epochs reach 0.93 of the walks' hardness on clustered vectors,
0.98 on digits, 1.04 on PROTEINS, and at least 0.89 in every quarter.

H is the mean cosine similarity over the pairs of a mini-batch, averaged over
mini-batches; the share of the walks' hardness is
(H_once - H_uniform) / (H_walks - H_uniform), over the epoch and per quarter
of its mini-batches, averaged over epochs. The same-label rate stands beside
every H.

The second table has mini-batches of several short walks (`walk_size`,
K = M / 50) by what a contrastive loss feels: *top-1*, the similarity of an
instance to the most similar other one in its mini-batch, averaged over
instances; beside it the mean similarity of all pairs, the spread (variance
within mini-batches over that of the data set) and the same-label rate, each of
walks and of exactly-once epochs, and the share
(top-1_once - top-1_uniform) / (top-1_walks - top-1_uniform), over the epoch
and per quarter.

Embeddings: clustered vectors (100 centres from N(0, I), points = centre +
0.7 N(0, I), normalised) and the frozen embeddings of GraphCL encoders trained
with uniform mini-batches.
"""

from typing import Any, Dict, List, Tuple

import torch
from torch import Tensor

from benchmarks.measure import clustered, parser, write_json
from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity, in_batch_similarity,
                              same_label_rate, spread)
from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.training import TrainingConfig, embed_dataset, train


def encoded(name: str, root: str, epochs: int) -> Tuple[Tensor, Tensor]:
    r"""The embedding of a trained encoder, standardised."""
    dataset = load_dataset(name, root)
    config = TrainingConfig(epochs=epochs)
    x = embed_dataset(train(dataset, 'uniform', config).model,
                      dataset)
    label = labels_of(dataset)
    assert label is not None
    return (x - x.mean(dim=0)) / x.std(dim=0).clamp(min=1e-6), label


def measure(x: Tensor, label: Tensor, batch_size: int, epochs: int,
            **kwargs: Any) -> Dict[str, Any]:
    r"""Hardness and same-label rates of full mini-batches, and shares."""
    samplers = {
        'uniform': UniformBatchSampler(x, batch_size),
        'walks': ProximityBatchSampler(x, batch_size, replacement=True,
                                       **kwargs),
        'once': ProximityBatchSampler(x, batch_size, **kwargs),
    }
    hardness: Dict[str, Tensor] = {}
    out: Dict[str, Any] = {}
    for name, sampler in samplers.items():
        rows: List[Tensor] = []
        rates: List[Tensor] = []
        for _ in range(epochs):
            full = [batch for batch in sampler if len(batch) == batch_size]
            rows.append(in_batch_similarity(x, full))
            rates.append(same_label_rate(label, full))
        hardness[name] = torch.stack(rows)
        out[name] = (float(hardness[name].mean()),
                     float(torch.stack(rates).mean()))
    gap = out['walks'][0] - out['uniform'][0]
    share = (hardness['once'] - out['uniform'][0]) / gap
    out['share'] = float(share.mean())
    out['quarters'] = [float(part.mean()) for part in share.chunk(4, dim=1)]
    return out


def full_batches(sampler: Any, epochs: int) -> List[Tensor]:
    r"""The full mini-batches of each epoch, [S, B]."""
    return [torch.tensor([batch for batch in sampler
                          if len(batch) == sampler.batch_size])
            for _ in range(epochs)]


def felt(x: Tensor, label: Tensor, batches: List[Tensor]) -> Dict[str, Any]:
    r"""What a loss feels of the mini-batches of some epochs."""
    flat = list(torch.cat(batches))
    return dict(
        top=torch.stack([hardest_negative_similarity(x, list(epoch))
                         for epoch in batches]),
        mean=float(in_batch_similarity(x, flat).mean()),
        spread=float(spread(x, flat).mean()),
        same_label_rate=float(same_label_rate(label, flat).mean()))


def by_walk_size(x: Tensor, label: Tensor, batch_size: int, epochs: int,
                 walk_sizes: List[int]) -> Dict[str, Any]:
    r"""What several short walks make of mini-batches, and exactly-once epochs
    of groups beside them."""
    uniform = felt(x, label, full_batches(
        UniformBatchSampler(len(x), batch_size), epochs))
    out: Dict[str, Any] = dict(uniform=_plain(uniform))
    m = min(1000, len(x) // 2)
    for k in walk_sizes:
        options: Dict[str, Any] = dict(walk_size=k, num_candidates=m,
                                       num_neighbors=max(1, m // 50))
        walks, once = (felt(x, label, full_batches(ProximityBatchSampler(
            x, batch_size, seed=seed, replacement=replacement, **options),
            epochs)) for seed, replacement in [(1, True), (0, False)])
        gap = walks['top'].mean() - uniform['top'].mean()
        share = (once['top'] - uniform['top'].mean()) / gap
        out[str(k)] = dict(
            walks=_plain(walks), once=_plain(once), share=float(share.mean()),
            quarters=[float(part.mean()) for part in share.chunk(4, dim=1)])
    return out


def _plain(values: Dict[str, Any]) -> Dict[str, float]:
    return dict(values, top=float(values['top'].mean()))


def _shown(values: Dict[str, float]) -> str:
    return (f'{values["top"]:.3f} {values["mean"]:.3f} '
            f'{values["spread"]:.2f} {values["same_label_rate"]:.3f}')


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets to encode (default: digits and '
                           'PROTEINS; digits with --quick)')
    args = arguments.parse_args()
    n, m, k, b = (4000, 200, 20, 64) if args.quick else (20000, 1000, 100, 256)
    epochs = 2 if args.quick else 10
    names = args.datasets
    if names is None:
        names = ['digits'] if args.quick else ['digits', 'PROTEINS']
    sets: Dict[str, Any] = {
        f'clustered, N = {n}': (*clustered(n, 64), b,
                                dict(num_candidates=m, num_neighbors=k)),
    }
    for name in names:
        x, label = encoded(name, args.root, 1 if args.quick else 20)
        sets[f'{name}, encoded'] = (x, label, 128, {})

    result: Dict[str, Any] = {}
    print('H (same-label rate)')
    print(f'{"embedding":<24}{"uniform":>18}{"walks":>18}{"exactly once":>18}'
          f'{"share":>8}   in each quarter')
    for name, (x, label, size, kwargs) in sets.items():
        row = result[name] = measure(x, label, size, epochs, **kwargs)
        cells = ''.join(f'{row[key][0]:>9.4f} ({row[key][1]:.4f})'
                        for key in ['uniform', 'walks', 'once'])
        quarters = ' '.join(f'{value:.2f}' for value in row['quarters'])
        print(f'{name:<24}{cells}{row["share"]:>8.2f}   {quarters}')

    print('\ntop-1, mean, spread, same label; B = 64')
    print(f'{"embedding":<24}{"k":>4}{"walks":>26}{"exactly once":>26}'
          f'{"share":>8}   in each quarter')
    for name, (x, label, _, _) in sets.items():
        table = by_walk_size(x, label, 64, epochs, [2, 4] if args.quick else
                             [2, 4, 8, 32, 64])
        result[f'{name}, by walk size'] = table
        uniform = table['uniform']
        print(f'{name:<24}{"-":>4}{_shown(uniform):>26} uniform')
        for walk_size, row in list(table.items())[1:]:
            quarters = ' '.join(f'{value:.2f}' for value in row['quarters'])
            print(f'{name:<24}{walk_size:>4}{_shown(row["walks"]):>26}'
                  f'{_shown(row["once"]):>26}{row["share"]:>8.2f}   '
                  f'{quarters}', flush=True)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
