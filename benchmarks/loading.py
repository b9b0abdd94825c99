r"""Does gathering mini-batches from stored tensors pay?

FINDING (November 2026, 2 CPU cores)
Gathering is 8.9 times as fast as PyG's collation on PROTEINS and 9.8 times on
NCI1 (B = 128); the loader around it adds a fifth. With two workers PyG is
slower yet, and ours is 15 to 18 times as fast.

Epochs over a data set in memory, in turns, without any training:

* gathered: `BatchAssembler` alone, random positions in, mini-batches out,
* this package: `BatchSamplerLoader` with uniform mini-batches, which uses it,
* PyG: its `DataLoader`, shuffled. After its first epoch it finds all graphs
  in the cache of the data set, so that only their collation is timed.

With two workers, this package gathers in the main process all the same: to
receive a mini-batch from another process takes longer than to make it. Big
graphs (1,024 with 75 nodes and 4,900 edges, as in COLLAB) show that this holds
where much has to be copied. `touched` reads the edges of each mini-batch once,
as training would.
"""

from typing import Any, Callable, Dict

import torch
from torch_geometric.data import Data, InMemoryDataset
from torch_geometric.loader import DataLoader

from benchmarks.measure import alternate, parser, table, write_json
from pyg_batchsampler import BatchAssembler, BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset

BATCH_SIZE = 128
BIG = 'big graphs'


def big_graphs() -> InMemoryDataset:
    r"""Random graphs of the size of those in COLLAB."""
    generator = torch.Generator().manual_seed(0)
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = dataset.collate([
        Data(x=torch.ones(75, 1), y=torch.tensor([0]),
             edge_index=torch.randint(75, (2, 4900), generator=generator))
        for _ in range(1024)])
    return dataset


def contenders(dataset: InMemoryDataset) -> Dict[str, Callable[[], Any]]:
    r"""One epoch of each."""
    assemble = BatchAssembler(dataset)

    def gather() -> None:
        for position in torch.randperm(len(dataset)).split(BATCH_SIZE):
            touch(assemble(position))

    def run(loader: Any) -> Callable[[], Any]:
        def epoch() -> None:
            for batch in loader:
                touch(batch)

        return epoch

    out = {'gathered': gather}
    for num_workers in [0, 2]:
        workers: Dict[str, Any] = dict(num_workers=num_workers,
                                       persistent_workers=num_workers > 0)
        out[f'this package, {num_workers} workers'] = run(BatchSamplerLoader(
            dataset, BATCH_SIZE, batch_sampler='uniform', **workers))
        out[f'PyG, {num_workers} workers'] = run(DataLoader(
            dataset, BATCH_SIZE, shuffle=True, **workers))
    return out


def touch(batch: Any) -> None:
    batch.edge_index.sum()


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets to load (default: PROTEINS, NCI1 '
                           f'and {BIG}; digits with --quick)')
    args = arguments.parse_args()
    names = args.datasets or (['digits'] if args.quick else
                              ['PROTEINS', 'NCI1', BIG])
    rounds = 1 if args.quick else 15
    torch.manual_seed(0)

    result: Dict[str, Any] = {}
    for name in names:
        dataset = (big_graphs() if name == BIG else
                   load_dataset(name, args.root))
        seconds = alternate(contenders(dataset), rounds)
        num_graphs = len(dataset)
        print(f'{name}: {num_graphs} graphs, B = {BATCH_SIZE}, '
              f'{torch.get_num_threads()} threads')
        per_graph = {key: [value / num_graphs for value in values]
                     for key, values in seconds.items()}
        print(table(per_graph, 'gathered', unit=1e-6) +
              '    (us per graph)\n', flush=True)
        result[name] = dict(seconds=seconds, num_graphs=num_graphs)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
