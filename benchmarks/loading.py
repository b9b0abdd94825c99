r"""Does gathering mini-batches from stored tensors pay?

FINDING (November 2026, 2 CPU cores, one thread, other programs running)
Gathering is about 10 times as fast as PyG's collation on PROTEINS and NCI1
(B = 128); the loader around it adds a third. With two workers PyG is slower
yet, and ours is about 16 times as fast.

The first epoch of a new loader is 20 to 27 times as fast as that of PyG's over
a data set that PyG has not read. Over one that it has read, it is 7 to 8 times
as fast, but for the very first loader, which is 3.5 to 4 times as fast: it
looks at each tensor of the graphs that PyG has put into its cache. On big
graphs, where all have to copy as much, these are 5, 3 and 2 times.

The compiled loops take half the time of NumPy and PyTorch on PROTEINS, two
thirds on NCI1, and a quarter on big graphs.

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

Then the first epoch of a new loader, its construction included, over a data
set that PyG has not read, over one that PyG has just read once, so that its
cache is full of graphs that no loader has looked at, and over one that another
loader has looked at since.

Last, what gathering consists of, all attributes of an epoch put together: by
the compiled loops of this package, and by NumPy and `index_select`.
"""

import time
from functools import partial
from typing import Any, Callable, Dict, List

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset
from torch_geometric.loader import DataLoader

from benchmarks.measure import alternate, parser, table, write_json
from pyg_batchsampler import BatchAssembler, BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.gather.pieces import Pieces, find_pieces
from pyg_batchsampler.gather.plain_graphs import has_nodes, node_key
from pyg_batchsampler.gather.put_together import add_to_pieces, put_together

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


def ours(dataset: Any, **kwargs: Any) -> Any:
    return BatchSamplerLoader(dataset, BATCH_SIZE, batch_sampler='uniform',
                              **kwargs)


def theirs(dataset: Any, **kwargs: Any) -> Any:
    return DataLoader(dataset, BATCH_SIZE, shuffle=True, **kwargs)


def run(loader: Any) -> None:
    for batch in loader:
        touch(batch)


def touch(batch: Any) -> None:
    batch.edge_index.sum()


def contenders(dataset: InMemoryDataset) -> Dict[str, Callable[[], Any]]:
    r"""One epoch of each."""
    assemble = BatchAssembler(dataset)

    def gather() -> None:
        for position in torch.randperm(len(dataset)).split(BATCH_SIZE):
            touch(assemble(position))

    out: Dict[str, Callable[[], Any]] = {'gathered': gather}
    for num_workers in [0, 2]:
        workers: Dict[str, Any] = dict(num_workers=num_workers,
                                       persistent_workers=num_workers > 0)
        for name, make in [('this package', ours), ('PyG', theirs)]:
            loader = make(dataset, **workers)
            out[f'{name}, {num_workers} workers'] = partial(run, loader)
    return out


def first_epochs(dataset: InMemoryDataset,
                 num_rounds: int) -> Dict[str, Dict[str, List[float]]]:
    r"""The seconds of a new loader's first epoch, by what was there before."""
    out: Dict[str, Dict[str, List[float]]] = {
        'not read before': {}, 'read by PyG before': {},
        'read by PyG and by another loader before': {}}
    for _ in range(num_rounds):
        for title, seconds in out.items():
            for name, make in [('this package', ours), ('PyG', theirs)]:
                dataset._data_list = None
                next(iter(ours(dataset)))  # forgets graphs of the last round
                if 'PyG' in title:
                    run(theirs(dataset))
                if 'loader' in title:
                    run(ours(dataset))
                start = time.perf_counter()
                run(make(dataset))
                seconds.setdefault(name, []).append(
                    time.perf_counter() - start)
    return out


def parts(dataset: InMemoryDataset) -> Dict[str, Callable[[], Any]]:
    r"""All attributes of the mini-batches of one epoch, put together."""
    data, slices = dataset._data, dataset.slices
    position = torch.randperm(len(dataset)).split(BATCH_SIZE)

    def find(slices: Any, index: Any, size: int) -> Pieces:
        start, end = slices[index], slices[1:][index]
        return Pieces(start, np.append(0, np.cumsum(end - start)))

    def select(value: Tensor, dim: int, pieces: Pieces) -> Tensor:
        start, ptr = pieces
        row = np.repeat(start - ptr[:-1], np.diff(ptr)) + np.arange(ptr[-1])
        return value.index_select(dim, torch.from_numpy(row))

    def add(out: Tensor, ptr: Any, value: Any) -> None:
        out += torch.from_numpy(np.repeat(value, np.diff(ptr)))

    def epoch(find: Callable[..., Pieces], put: Callable[..., Tensor],
              add: Callable[..., None]) -> None:
        for index in position:
            pieces = {key: find(value.numpy(), index.numpy(), int(value[-1]))
                      for key, value in slices.items()}
            for key, piece in pieces.items():
                out = put(data[key], data.__cat_dim__(key, data[key]), piece)
                if has_nodes(key):
                    nodes = pieces[node_key(data, slices)].ptr
                    add(out, piece.ptr, nodes[:-1])

    return {'compiled loops': partial(epoch, find_pieces, put_together,
                                      add_to_pieces),
            'NumPy and PyTorch': partial(epoch, find, select, add)}


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
        num_graphs = len(dataset)
        print(f'{name}: {num_graphs} graphs, B = {BATCH_SIZE}, '
              f'{torch.get_num_threads()} threads, us per graph')
        result[name] = dict(num_graphs=num_graphs)
        for title, seconds in [
                ('epochs', alternate(contenders(dataset), rounds)),
                *((f'first epoch, {title}', seconds) for title, seconds in
                  first_epochs(dataset, rounds).items()),
                ('all attributes', alternate(parts(dataset), rounds))]:
            per_graph = {key: [value / num_graphs for value in values]
                         for key, values in seconds.items()}
            print(f'\n{title}\n' +
                  table(per_graph, next(iter(seconds)), unit=1e-6),
                  flush=True)
            result[name][title] = seconds
        print()
    write_json(args.json, result)


if __name__ == '__main__':
    main()
